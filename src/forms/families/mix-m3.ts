import { type FormFamily, upTo } from "../family.ts";
import type { FormRecord } from "../form.ts";
import { MOST_SOURCES, sourceVariables } from "./sources.ts";

/** Beyond e^10 a source counts for all or for nothing, as far as a table can tell. */
const MOST_WEIGHT = 10;

/** M3: a power of a weighted sum of the sources' compute. */
export const mixM3: FormFamily = {
  name: "mix-m3",
  sizes: [{ counts: "sources", least: 1, most: MOST_SOURCES }],
  builtIn: [[2]],
  make: (sources = 2) => {
    const others = upTo(sources).slice(1);
    const sum = ["C1", ...others.map((s) => `exp(u${s})*C${s}`)].join(" + ");
    const weights: FormRecord["parameters"] = Object.fromEntries(
      others.map((s) => [
        `u${s}`,
        {
          lower: -MOST_WEIGHT,
          upper: MOST_WEIGHT,
          logarithm: true,
          description: `logarithm of the weight of source ${s}, where source 1 has weight 1`,
        },
      ]),
    );
    return {
      name: `mix-m3-${sources}`,
      expression: `y = exp(a - alpha*ln(${sum}))`,
      parameters: {
        a: { logarithm: true, description: "logarithm of the value at one FLOP of source 1" },
        alpha: { description: "exponent of the weighted compute" },
        ...weights,
      },
      variables: sourceVariables(sources),
      startRanges: {
        default: {
          a: [-15, 15],
          alpha: [-0.3, 0.3],
          ...Object.fromEntries(others.map((s) => [`u${s}`, [-3, 3]])),
        },
      },
      units: {
        start: {
          a: [-2, 2],
          alpha: [-0.3, 0.3],
          ...Object.fromEntries(others.map((s) => [`u${s}`, [-3, 3]])),
        },
        output: true,
        together: true,
        rescaled: ({ a, alpha }, { C1, y }) => ({ a: a! + alpha! * Math.log(C1!) + Math.log(y!) }),
      },
      description:
        "A power of a weighted sum of the compute spent on each source. The first source's weight is 1, because a " +
        "common scale of the weights cannot be distinguished from C_T.",
      source: "Chen et al. 2025 (FLP), table 3, M3",
    };
  },
};
