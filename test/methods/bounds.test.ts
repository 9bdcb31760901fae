import { describe, expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import { boundsFor, boundsValue } from "../../src/methods/bounds.ts";
import { context } from "./context.ts";

const sigmoid = getForm("sigmoid");
const read = (given: unknown) => boundsValue.read(given, context);

describe("a value", () => {
  test.each(["form", "free", "bhagia", "a=-0.75..-0.749, b=0.999..1", "k=1e-3..", "E=..2", "a=-.5", "a=.."])(
    "%s is taken as it is",
    (value) => {
      expect(read(value)).toEqual({ value });
    },
  );

  test.each([
    ["a", '"a"'],
    ["a=1..x", '"a=1..x"'],
    ["a=1,", '"a=1,"'],
    ["a=2..1", '"a=2..1": the bounds of a are the wrong way round'],
    ["a=1, a=2", '"a=1, a=2" bounds a twice'],
    [3, "3"],
  ])("%j is refused", (given, problem) => {
    expect(read(given)).toEqual({ problem });
  });
});

describe("for a form", () => {
  test("form leaves the form's bounds and starts", () => {
    expect(boundsFor("form", sigmoid)).toEqual({});
  });

  test("free has no bounds", () => {
    expect(boundsFor("free", sigmoid)).toEqual({
      lower: new Float64Array(4).fill(-Infinity),
      upper: new Float64Array(4).fill(Infinity),
    });
  });

  test("replacements change those parameters alone", () => {
    expect(boundsFor("a=-0.75..-0.749, b=0.999..", sigmoid)).toEqual({
      lower: Float64Array.of(-0.75, 0, 0, 0.999),
      upper: Float64Array.of(-0.749, Infinity, Infinity, Infinity),
    });
  });

  test("bhagia keeps levels at 0 or above, of the forms of that paper", () => {
    const chinchilla = getForm("chinchilla");
    expect(boundsFor("bhagia", chinchilla)).toMatchObject({ lower: Float64Array.of(0, 0, 0, 0, 0) });
    expect(boundsFor("bhagia", sigmoid)).toEqual({
      reason:
        'bounds "bhagia" are those of chinchilla, power-law-offset, single-step, single-step-compute; the paper bounds no ' +
        "level of sigmoid",
    });
  });

  test("a parameter that the form lacks is a reason", () => {
    expect(boundsFor("L1=0", sigmoid)).toEqual({
      reason: 'form sigmoid has no parameter L1 to bound, only a, L0, k, b; did you mean "L0"?',
    });
  });
});
