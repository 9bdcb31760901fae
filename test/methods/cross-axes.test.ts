import { expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { choice } from "../../src/methods/axis.ts";
import { flag, oneOf, wholeNumber } from "../../src/methods/axis-values.ts";
import { crossAxes, type GivenAxes, mostCells } from "../../src/methods/cross-axes.ts";
import { processorSeconds } from "../processor-time.ts";
import { context } from "./context.ts";

const choices = {
  width: choice(wholeNumber(1), 5, "width"),
  kind: choice(oneOf("a", "b"), "a", "kind"),
  on: choice(flag, true, "on"),
};

function assignments(given: GivenAxes | GivenAxes[]): object[] {
  return crossAxes("m", choices, given, context, "f.yaml: axes").map((assignment) =>
    Object.fromEntries(assignment),
  );
}

test("without values there is one cell, of the defaults", () => {
  expect(assignments({})).toEqual([{ width: 5, kind: "a", on: true }]);
});

test("lists are crossed, the last axis fastest", () => {
  expect(assignments({ width: [1, 2], on: [true, false] })).toEqual([
    { width: 1, kind: "a", on: true },
    { width: 1, kind: "a", on: false },
    { width: 2, kind: "a", on: true },
    { width: 2, kind: "a", on: false },
  ]);
});

test("of several mappings the crosses follow one another, each assignment once", () => {
  expect(assignments([{ width: [1, 5] }, { on: [true, false] }, {}])).toEqual([
    { width: 1, kind: "a", on: true },
    { width: 5, kind: "a", on: true },
    { width: 5, kind: "a", on: false },
  ]);
});

test("a mistake in one of several mappings says in which", () => {
  expect(() => assignments([{}, { width: [1, 0] }])).toThrow("f.yaml: axes.1.width: 0; allowed");
});

test.each([
  [
    { kinds: "a" },
    'f.yaml: axes: unknown axis "kinds" of method m; allowed: width, kind, on; did you mean "kind"?',
  ],
  [{ width: 0 }, "f.yaml: axes.width: 0; allowed: a whole number >= 1"],
  [{ width: "5" }, 'f.yaml: axes.width: "5"; allowed: a whole number >= 1'],
  [{ width: [] }, "f.yaml: axes.width: the list is empty; allowed: a whole number >= 1"],
  [{ width: [2, 2] }, "f.yaml: axes.width: 2 is given twice"],
  [{ kind: "A" }, 'f.yaml: axes.kind: "A"; allowed: a, b; did you mean "a"?'],
  [{ on: "yes" }, 'f.yaml: axes.on: "yes"; allowed: true, false'],
])("%j is refused", (given, message) => {
  expect(() => assignments(given)).toThrow(message);
});

test("a cross that memory would not hold is counted, not made: the number, the axes and the limit are said", () => {
  const { width, ...others } = choices;
  const withHeight = { width, height: choice(wholeNumber(1), 1, "height"), ...others };
  const values = Array.from({ length: 30_000 }, (_, i) => i + 1);
  const cross = (given: GivenAxes | GivenAxes[]) => () =>
    crossAxes("m", withHeight, given, context, "f.yaml: axes");
  const given = { width: values, height: values, on: [true, false] };
  expect(cross(given)).toThrow(UserError);
  expect(cross(given)).toThrow(
    "f.yaml: axes: 1800000000 configurations (values of axes: width 30000 x height 30000 x on 2); " +
      `allowed: at most ${mostCells()} cells, which the `,
  );
  const several = cross([{ width: values, height: values }, {}, { on: [true, false] }, { kind: "b" }, {}]);
  expect(several).toThrow(
    "900000005 configurations (values of axes: width 30000 x height 30000 + 1 + on 2 + 2 more); allowed",
  );
});

test("the values of a long list are read at once", async () => {
  const values = Array.from({ length: Math.min(100_000, mostCells()) }, (_, i) => i + 1);
  const seconds = await processorSeconds(() =>
    expect(assignments({ width: values })).toHaveLength(values.length),
  );
  expect(seconds).toBeLessThan(10);
  expect(() => assignments({ width: [...values, 77] })).toThrow("f.yaml: axes.width: 77 is given twice");
});
