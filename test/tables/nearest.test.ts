import { expect, test } from "vitest";
import { didYouMean, nearestName } from "../../src/tables/nearest.ts";

test("finds a name that is misspelt or in another case, and none that is far", () => {
  expect(nearestName("subjct", ["run", "subject", "loss"])).toBe("subject");
  expect(nearestName("N", ["n", "d"])).toBe("n");
  expect(nearestName("d", ["n"])).toBeUndefined();
  expect(nearestName("params", ["run", "loss"])).toBeUndefined();
  expect(nearestName("x", [])).toBeUndefined();
});

test("ends a message with the nearest name", () => {
  expect(didYouMean("rnu", ["run"])).toBe("");
  expect(didYouMean("runs", ["run"])).toBe('; did you mean "run"?');
});
