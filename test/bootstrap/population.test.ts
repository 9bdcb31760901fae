import { expect, test } from "vitest";
import { clusteredByFamily, populationOf } from "../../src/bootstrap/population.ts";
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

const families = new Map([
  ["small-a", "trunk"],
  ["big", null],
  ["small-b", "trunk"],
  ["middle", "other"],
]);
const factsOf = (run: string) => ({
  place: runs.indexOf(run),
  n: sizes.get(run)!,
  family: families.get(run)!,
});

test("families are drawn whole; a run without one stands for itself", () => {
  const clustered = clusteredByFamily(of("run"), factsOf);
  expect(clustered).toMatchObject({ runs: ["family trunk", "run big", "family other"], strata: [3] });
  expect(clustered.members!.get("family trunk")).toEqual(["small-a", "small-b"]);
  expect(clustered.name).not.toBe(of("run").name);
  expect(clusteredByFamily(of("run-by-size"), factsOf)).toMatchObject({
    runs: ["family trunk", "family other", "run big"],
    strata: [1, 1, 1],
  });
});

test("a family of several sizes is refused where sizes are drawn apart", () => {
  const mixed = (run: string) => ({ ...factsOf(run), family: "all" });
  expect(() => clusteredByFamily(of("run-by-size"), mixed)).toThrow(
    "the runs small-a, small-b, middle, big of one family have several sizes, which scheme run-by-size draws apart",
  );
});
