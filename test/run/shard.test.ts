import { expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import { Ownership } from "../../src/run/shard.ts";
import type { Problem } from "../../src/solve/problem.ts";

const form = getForm("chinchilla");

function problem(i: number): Problem {
  const points = 10 + ((i * 37) % 500);
  const values = new Float64Array(points);
  return {
    form,
    variables: [values, values],
    response: values,
    loss: { kind: "squared" },
    residual: "plain",
    key: i.toString(16).padStart(16, "0"),
  };
}

const problems = Array.from({ length: 101 }, (_, i) => problem(i));
const parts = (count: number) =>
  Array.from({ length: count }, (_, i) => new Ownership({ index: i + 1, count }, problems));

test("each problem has one owner, whatever order the problems come in; what is not known before too", () => {
  const all = parts(7);
  const shuffled = new Ownership({ index: 3, count: 7 }, problems.toReversed());
  for (const { key } of [...problems, { key: "feedfeedfeedfeed" }]) {
    expect(all.filter((part) => part.owns(key))).toHaveLength(1);
    expect(shuffled.owns(key)).toBe(all[2]!.owns(key));
    // A fit with a parameter held belongs to who has the fit.
    expect(all.findIndex((part) => part.owns(`${key}, E held below`))).toBe(
      all.findIndex((part) => part.owns(key)),
    );
  }
});

test("parts have the same amount of work, to a few points", () => {
  const work = parts(7).map((part) =>
    problems.filter(({ key }) => part.owns(key)).reduce((sum, { response }) => sum + response.length, 0),
  );
  expect(Math.max(...work) / Math.min(...work)).toBeLessThan(1.15);
});
