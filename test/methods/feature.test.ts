import { expect, test } from "vitest";
import { featureName, featureOf, parseFeature } from "../../src/methods/feature.ts";
import { indexRuns } from "../../src/methods/runs.ts";
import { context } from "./context.ts";
import { tableOfRows } from "./tables.ts";

const index = indexRuns(
  tableOfRows([
    { run: "a", d: 1, subject: "t", metrics: { loss: 1, accuracy: 1 } },
    { run: "a", d: 1, subject: "c4", metrics: { loss: 1 } },
    { run: "a", d: 1, subject: "pile", metrics: { loss: 1 } },
  ]),
);

test.each([
  ["loss", { metric: "loss", subjects: ["t"] }],
  ["loss@c4", { metric: "loss", subjects: ["c4"] }],
  ["loss@pile+t", { metric: "loss", subjects: ["pile", "t"] }],
  ["loss@domains", { metric: "loss", subjects: ["c4", "pile"] }],
  ["ce@domains", { metric: "ce", subjects: ["domains"] }],
])("%s is a metric of those subjects", (name, quantity) => {
  expect(featureName.read(name, context)).toEqual({ value: name });
  expect(featureOf(parseFeature(name)!, "t", index)).toEqual(quantity);
});

test("none is no feature", () => {
  expect(featureName.read("none", context)).toEqual({ value: "none" });
  expect(parseFeature("none")).toBeUndefined();
});

test.each([
  ["", '""'],
  ["loss@", '"loss@"'],
  ["@c4", '"@c4"'],
  ["loss@c4@pile", '"loss@c4@pile"'],
  ["loss@c4++pile", '"loss@c4++pile"'],
  ["loss@c4 + pile", '"loss@c4 + pile"'],
  ["loss@c4+c4", '"loss@c4+c4" names c4 twice'],
  [7, "7"],
])("%j is refused", (given, problem) => {
  expect(featureName.read(given, context)).toEqual({ problem });
});
