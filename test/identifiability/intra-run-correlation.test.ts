import { expect, test } from "vitest";
import { groupCorrelation, intraRunCorrelation } from "../../src/identifiability/card.ts";
import { chain, lineFit } from "./examples.ts";
import { linear } from "./known.ts";

test("Shrout and Fleiss's ratings (1979, table 2): ICC(1,1) is 0.17", () => {
  const ratings = [
    [9, 2, 5, 8],
    [6, 1, 3, 2],
    [8, 4, 6, 8],
    [7, 1, 2, 6],
    [10, 5, 6, 9],
    [6, 2, 4, 7],
  ];
  expect(groupCorrelation(ratings)).toBeCloseTo(0.1657, 4);
});

test("1 where residuals differ by run only, whatever the lengths", () => {
  expect(groupCorrelation([[3, 3], [1, 1, 1], [0]])).toBeCloseTo(1, 12);
});

test("below 0 where runs are more alike than their points", () => {
  expect(
    groupCorrelation([
      [-1, 1],
      [1, -1],
    ]),
  ).toBe(-1);
});

test("points of no run are left out", () => {
  const { link } = chain;
  const { problem } = link;
  const last = problem.response.length - 1;
  const moved = { ...problem, response: problem.response.with(last, 5) };
  expect(intraRunCorrelation(linear({ ...link, problem: moved }))).toBe(intraRunCorrelation(linear(link)));
});

test("what cannot be known has its reason", () => {
  expect(intraRunCorrelation(linear(lineFit()))).toEqual({ reason: "every run is one point" });
  expect(groupCorrelation([[1, 2, 3]])).toEqual({ reason: "fewer than two runs" });
  expect(
    groupCorrelation([
      [1, 1],
      [1, 1],
    ]),
  ).toEqual({ reason: "all residuals are the same" });
});
