import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { degenerateReasons } from "../../src/bootstrap/degenerate.ts";
import { getScheme, schemes, spreadFactor } from "../../src/bootstrap/schemes.ts";
import { intervalStatuses } from "../../src/intervals/interval.ts";
import { intervalKinds } from "../../src/intervals/kinds.ts";
import { purposes } from "../../src/intervals/purposes.ts";

const page = readFileSync(new URL("../../docs/bootstrap.md", import.meta.url), "utf8");
const named = new Set(Array.from(page.matchAll(/^\| `([^`]+)` \|/gm), ([, name]) => name));

test.each([
  ["scheme", schemes.keys()],
  ["kind of interval", intervalKinds.keys()],
  ["reason", Object.keys(degenerateReasons)],
  ["purpose", Object.keys(purposes)],
])("docs/bootstrap.md has a row for each %s", (_, names) => {
  for (const name of names) expect(named).toContain(name);
});

test("docs/bootstrap.md names each status that a sweep's interval can have", () => {
  // Past errors are of conformal intervals.
  for (const status of Object.keys(intervalStatuses).filter((one) => one !== "few-errors")) {
    expect(page).toContain(`\`${status}\``);
  }
});

test.each([
  ["run", Math.sqrt(16 / 15)],
  ["block", Math.sqrt(16 / 15)],
  ["row", Math.sqrt(192 / 191)],
  ["wild", 1],
  ["parametric", 1],
])("draws of 192 points of 16 runs by scheme %s are spread too little by %f", (name, factor) => {
  expect(spreadFactor(getScheme(name), { runs: 16, points: 192 })).toBeCloseTo(factor, 12);
});
