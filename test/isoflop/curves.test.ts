import { describe, expect, test } from "vitest";
import { interpolations } from "../../src/isoflop/interpolations.ts";

const x = Float64Array.from([17.1, 17.3, 17.45, 17.7, 18, 18.4, 18.9]);
const losses = x.map((one, i) => 2.5 + 0.07 * (one - 17.83) ** 2 + 0.001 * (i % 2));

describe.each([...interpolations.values()])("the curve of $name", ({ minimum, curve, shape: shapeOf }) => {
  const shape = shapeOf?.([{ x, losses }]);
  const drawn = curve(x, losses, shape)!;

  test("has the minimum as its lowest point", () => {
    const found = minimum(x, losses, shape);
    if (found.kind !== "minimum") throw new Error(found.kind);
    expect(drawn.at(found.x)).toBeCloseTo(found.loss, 12);
    for (let share = 0; share <= 1; share += 0.01) {
      const at = drawn.at(drawn.from + share * (drawn.to - drawn.from));
      expect(at).toBeGreaterThanOrEqual(found.loss - 1e-12);
    }
  });

  test("ends where its sizes end", () => {
    expect([drawn.from, drawn.to]).toEqual([17.1, 18.9]);
  });

  test("is not there for two sizes", () => {
    expect(curve(x.subarray(0, 2), losses.subarray(0, 2), shape)).toBeUndefined();
  });
});

test("Akima's curve goes through every loss", () => {
  const drawn = interpolations.get("akima")!.curve(x, losses)!;
  x.forEach((one, i) => {
    expect(drawn.at(one)).toBeCloseTo(losses[i]!, 12);
  });
});
