import { expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { defineAxis } from "../../src/methods/axis.ts";
import { flag, oneOf, wholeNumber } from "../../src/methods/axis-values.ts";
import { mostCells } from "../../src/methods/cell-limit.ts";
import { crossAxes, type GivenAxes } from "../../src/methods/cross-axes.ts";
import { context } from "./context.ts";

type Recipe = Record<string, unknown>;
const width = defineAxis<Recipe, number>({
  name: "width",
  description: "width",
  values: wholeNumber(1),
  default: 5,
  apply(recipe, value) {
    recipe.width = value;
  },
});
const kind = defineAxis<Recipe, "a" | "b">({
  name: "kind",
  description: "kind",
  values: oneOf("a", "b"),
  default: "a",
  apply(recipe, value) {
    recipe.kind = value;
  },
});
const on = defineAxis<Recipe, boolean>({
  name: "on",
  description: "on",
  values: flag,
  default: true,
  apply(recipe, value) {
    recipe.on = value;
  },
});

function recipes(given: GivenAxes | GivenAxes[]): Recipe[] {
  return crossAxes("m", [width, kind, on], given, context, "f.yaml: axes").map((choices) => {
    const recipe: Recipe = {};
    for (const choice of choices) choice.apply(recipe);
    return recipe;
  });
}

test("without values there is one cell, of the defaults", () => {
  expect(recipes({})).toEqual([{ width: 5, kind: "a", on: true }]);
});

test("lists are crossed, the last axis fastest", () => {
  expect(recipes({ width: [1, 2], on: [true, false] })).toEqual([
    { width: 1, kind: "a", on: true },
    { width: 1, kind: "a", on: false },
    { width: 2, kind: "a", on: true },
    { width: 2, kind: "a", on: false },
  ]);
});

test("of several mappings the crosses follow one another, each assignment once", () => {
  expect(recipes([{ width: [1, 5] }, { on: [true, false] }, {}])).toEqual([
    { width: 1, kind: "a", on: true },
    { width: 5, kind: "a", on: true },
    { width: 5, kind: "a", on: false },
  ]);
});

test("a mistake in one of several mappings says in which", () => {
  expect(() => recipes([{}, { width: [1, 0] }])).toThrow("f.yaml: axes.1.width: 0; allowed");
});

test.each([
  [
    { kinds: "a" },
    'f.yaml: axes: unknown axis "kinds" of method m; allowed: width, kind, on; did you mean "kind"?',
  ],
  [{ width: 0 }, "f.yaml: axes.width: 0; allowed: a whole number >= 1"],
  [{ width: "5" }, 'f.yaml: axes.width: "5"; allowed: a whole number >= 1'],
  [{ width: [] }, "f.yaml: axes.width: the list is empty; allowed: a whole number >= 1"],
  [{ width: [2, 2] }, "f.yaml: axes.width: 2 stands there twice"],
  [{ kind: "A" }, 'f.yaml: axes.kind: "A"; allowed: a, b; did you mean "a"?'],
  [{ on: "yes" }, 'f.yaml: axes.on: "yes"; allowed: true, false'],
])("%j is refused", (given, message) => {
  expect(() => recipes(given)).toThrow(message);
});

test("a cross that memory would not hold is counted, not made: the number, the axes and the limit are said", () => {
  const height = defineAxis<Recipe, number>({
    name: "height",
    description: "height",
    values: wholeNumber(1),
    default: 1,
    apply(recipe, value) {
      recipe.height = value;
    },
  });
  const values = Array.from({ length: 30_000 }, (_, i) => i + 1);
  const cross = (given: GivenAxes | GivenAxes[]) => () =>
    crossAxes("m", [width, height, kind, on], given, context, "f.yaml: axes");
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

test("the values of a long list are read at once", () => {
  const values = Array.from({ length: Math.min(100_000, mostCells()) }, (_, i) => i + 1);
  expect(recipes({ width: values })).toHaveLength(values.length);
  expect(() => recipes({ width: [...values, 77] })).toThrow("f.yaml: axes.width: 77 stands there twice");
}, 10_000);
