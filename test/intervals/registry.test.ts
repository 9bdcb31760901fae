import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { drawsOf } from "../../src/intervals/draws.ts";
import { intervalStatuses } from "../../src/intervals/interval.ts";
import { conformal, intervalKinds } from "../../src/intervals/kinds.ts";
import type { IntervalInputs } from "../../src/intervals/method.ts";
import { unitNoise } from "../../src/intervals/normal.ts";

// Everything known, of a statistic that is normal with standard deviation 1 about 5.
const noise = unitNoise(3999, "registry");
const inputs: IntervalInputs = {
  estimate: 5,
  draws: drawsOf(noise.map((z) => 5 + z)),
  pooledDraws: drawsOf(noise.map((z) => 5 + z)),
  posteriorDraws: drawsOf(noise.map((z) => 5 + z)),
  jackknife: [unitNoise(20, "registry")],
  standardError: 1,
  replicateStandardErrors: new Float64Array(3999).fill(1),
  residualFreedom: Number.POSITIVE_INFINITY,
  pastErrors: { errors: unitNoise(3999, "past") },
};

test("each kind has a row of its own in docs/bootstrap.md, in the order of messages", () => {
  const page = readFileSync(new URL("../../docs/bootstrap.md", import.meta.url), "utf8");
  const [, section] = /^## Kinds of intervals$(.*?)^#/ms.exec(page)!;
  const documented = Array.from(section!.matchAll(/^\| `([^`]+)` \|/gm), ([, name]) => name);
  expect(documented).toEqual([...intervalKinds.keys()]);
});

const methods = new Set([...Array.from(intervalKinds.values(), ({ method }) => method), conformal]);

describe.each([...methods])("$name", (method) => {
  test("says what it is and where it comes from", () => {
    expect(method.description.length).toBeGreaterThan(20);
    expect(method.description).not.toMatch(/\.$/);
    expect(method.source).toMatch(/\((18|19|20)\d\d\)/);
  });

  test.each([
    [0.5, 0.6745],
    [0.9, 1.6449],
    [0.95, 1.96],
  ])("at level %f it is the normal's interval where all is normal", (level, reach) => {
    const interval = method.compute(inputs, level);
    expect(interval.status).toBe("ok");
    expect(Math.abs(interval.lower - (5 - reach))).toBeLessThan(0.01);
    expect(Math.abs(interval.upper - (5 + reach))).toBeLessThan(0.01);
  });

  test("without any of its needs there is none, and it says so", () => {
    for (const name of method.needs) {
      const interval = method.compute({ ...inputs, [name]: undefined }, 0.9);
      expect(interval).toMatchObject({ status: "missing-input", lower: Number.NaN, upper: Number.NaN });
    }
  });

  test("refuses a level that is none, whatever is there", () => {
    for (const given of [inputs, {}]) {
      expect(() => method.compute(given, 1)).toThrow("level 1; allowed: above 0 and below 1");
    }
  });
});

test("every status has its sentence", () => {
  for (const sentence of Object.values(intervalStatuses)) expect(sentence.length).toBeGreaterThan(15);
});
