import { describe, expect, test } from "vitest";
import { didYouMean, entryOf, UserError } from "../src/errors.ts";

describe("the nearest name", () => {
  test("is of a name that is misspelt or in another case", () => {
    expect(didYouMean("subjct", ["run", "subject", "loss"])).toBe('; did you mean "subject"?');
    // Two letters that change places are two edits.
    expect(didYouMean("alhpa", ["a", "alpha"])).toBe('; did you mean "alpha"?');
    expect(didYouMean("runs", ["run"])).toBe('; did you mean "run"?');
    expect(didYouMean("shwo", ["sweep", "show"])).toBe('; did you mean "show"?');
    expect(didYouMean("N", ["n", "d"])).toBe('; did you mean "n"?');
  });

  test("is not suggested where it is far", () => {
    expect(didYouMean("d", ["n"])).toBe("");
    expect(didYouMean("rnu", ["run"])).toBe("");
    expect(didYouMean("params", ["run", "loss"])).toBe("");
    expect(didYouMean("x", [])).toBe("");
  });
});

test("an unknown entry is an error with all names", () => {
  const entries = new Map([
    ["ladder", 1],
    ["flp", 2],
  ]);
  expect(entryOf(entries, "flp", "unknown method")).toBe(2);
  expect(() => entryOf(entries, "laddr", "f.yaml: unknown method")).toThrow(
    new UserError('f.yaml: unknown method "laddr"; allowed: ladder, flp; did you mean "ladder"?'),
  );
});
