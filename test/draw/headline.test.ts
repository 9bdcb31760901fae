import { expect, test } from "vitest";
import { describeConfiguration, headlineOf, variedAxes } from "../../src/draw/job.ts";
import { tableOfRecords } from "../../src/draw/records.ts";
import type { AxisInfo } from "../../src/methods/axis.ts";

const axis = (name: string, value: string | number): AxisInfo => ({
  ...{ name, description: "", allowed: "", default: value },
  type: typeof value === "number" ? "float64" : "string",
});
const axes = [axis("link", "sigmoid"), axis("window", 5)];
const cells = tableOfRecords([
  { cell: 0, task: "t", link: "linear", window: 1 },
  { cell: 1, task: "t", link: "linear", window: 5 },
  { cell: 2, task: "u", link: "linear", window: 5 },
  { cell: 3, task: "t", link: "sigmoid", window: 1 },
]);

test("the headline is the first configuration with the most axes at their defaults, for all tasks", () => {
  expect(headlineOf(cells, axes).map(({ cell }) => cell)).toEqual([1, 2]);
  expect(headlineOf(undefined, axes)).toEqual([]);
});

test("a configuration is told by what is not at its default", () => {
  expect(describeConfiguration({ link: "linear", window: 5 }, axes)).toBe("link linear");
  expect(describeConfiguration({ link: "sigmoid", window: 5 }, axes)).toBe("all defaults");
});

test("axes with one value are not varied", () => {
  expect(
    variedAxes(
      tableOfRecords([
        { link: "a", window: 1 },
        { link: "b", window: 1 },
      ]),
      axes,
    ),
  ).toEqual([axes[0]]);
});
