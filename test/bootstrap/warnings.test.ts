import { expect, test } from "vitest";
import { farTargetWarning } from "../../src/bootstrap/warnings.ts";

const near = { name: "near", c: 1e21 };
const far = { name: "far", c: 2.5e22 };

test("targets beyond ten times the largest run are named with how far they are", () => {
  expect(farTargetWarning([near, far], 1e21)).toMatch(/^bootstrap: over 10 times .+: far \(25 times\); /);
  expect(farTargetWarning([near], 1e20)).toBeUndefined();
  expect(farTargetWarning([near, far], 1e21, false)).toMatch(
    /^targets: over 10 times .+: far \(25 times\); so far out /,
  );
  expect(farTargetWarning([], 1e20)).toBeUndefined();
});
