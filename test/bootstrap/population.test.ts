import { expect, test } from "vitest";
import { populationOf } from "../../src/bootstrap/population.ts";
import { getScheme } from "../../src/bootstrap/schemes.ts";

const sizes = new Map([
  ["small-a", 1],
  ["big", 3],
  ["small-b", 1],
  ["middle", 2],
]);
const runs = [...sizes.keys()];
const of = (scheme: string, names = runs, stage?: string) =>
  populationOf(getScheme(scheme), names, (run) => ({ place: runs.indexOf(run), n: sizes.get(run)! }), stage);

test("strata by size stand from the smallest on, their runs in the order of the table", () => {
  expect(of("run-by-size")).toMatchObject({
    runs: ["small-a", "small-b", "middle", "big"],
    strata: [2, 1, 1],
  });
  expect(of("run")).toMatchObject({ runs, strata: [4] });
});

test("the name tells scheme, runs and stage apart, and nothing else", () => {
  const names = [of("run"), of("wild"), of("run", runs.slice(1)), of("row", runs, "a"), of("row", runs, "b")];
  expect(new Set(names.map(({ name }) => name)).size).toBe(5);
  expect(of("run").name).toBe(of("run", [...runs]).name);
});
