import { type FormFamily, upTo } from "../family.ts";
import { MOST_SOURCES, sourceVariables } from "./sources.ts";

/** M4: M2 times a power of the total compute. */
export const mixM4: FormFamily = {
  name: "mix-m4",
  sizes: [{ counts: "sources", least: 1, most: MOST_SOURCES }],
  builtIn: [[2]],
  make: (sources = 2) => {
    const all = upTo(sources);
    const total = all.map((s) => `C${s}`).join(" + ");
    return {
      name: `mix-m4-${sources}`,
      expression: `y = exp(a - alpha*ln(${total})${all.map((s) => ` - alpha${s}*ln(C${s})`).join("")})`,
      parameters: {
        a: { logarithm: true, description: "logarithm of the value at one FLOP of everything" },
        alpha: { description: "exponent of the total compute" },
        ...Object.fromEntries(
          all.map((s) => [`alpha${s}`, { description: `exponent of the compute on source ${s}` }]),
        ),
      },
      variables: sourceVariables(sources),
      startRanges: {
        default: {
          a: [-15, 15],
          alpha: [-0.3, 0.3],
          ...Object.fromEntries(all.map((s) => [`alpha${s}`, [-0.3, 0.3]])),
        },
      },
      units: {
        start: {
          a: [-2, 2],
          alpha: [-0.3, 0.3],
          ...Object.fromEntries(all.map((s) => [`alpha${s}`, [-0.3, 0.3]])),
        },
        output: true,
        together: true,
        rescaled: (p, { C1, y }) => ({
          a: p.a! + all.reduce((sum, s) => sum + p[`alpha${s}`]!, p.alpha!) * Math.log(C1!) + Math.log(y!),
        }),
      },
      description:
        "A power of the total compute times powers of the compute spent on each source. The constants C_T, C_1, ... of " +
        "the paper are one, a: only their product can be identified.",
      source: "Chen et al. 2025 (FLP), equation 5 and table 3, M4",
    };
  },
};
