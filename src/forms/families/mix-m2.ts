import { type FormFamily, upTo } from "../family.ts";
import { MOST_SOURCES, sourceVariables } from "./sources.ts";

/** M2: the product of a power of each source's compute. */
export const mixM2: FormFamily = {
  name: "mix-m2",
  sizes: [{ counts: "sources", least: 1, most: MOST_SOURCES }],
  builtIn: [[2]],
  make: (sources = 2) => ({
    name: `mix-m2-${sources}`,
    expression: `y = exp(a${upTo(sources)
      .map((s) => ` - alpha${s}*ln(C${s})`)
      .join("")})`,
    parameters: {
      a: { logarithm: true, description: "logarithm of the value at one FLOP of each source" },
      ...Object.fromEntries(
        upTo(sources).map((s) => [`alpha${s}`, { description: `exponent of the compute on source ${s}` }]),
      ),
    },
    variables: sourceVariables(sources),
    startRanges: {
      default: { a: [-15, 15], ...Object.fromEntries(upTo(sources).map((s) => [`alpha${s}`, [-0.3, 0.3]])) },
    },
    units: {
      start: { a: [-2, 2], ...Object.fromEntries(upTo(sources).map((s) => [`alpha${s}`, [-0.3, 0.3]])) },
      output: true,
      together: true,
      rescaled: (p, { C1, y }) => ({
        a: p.a! + upTo(sources).reduce((sum, s) => sum + p[`alpha${s}`]!, 0) * Math.log(C1!) + Math.log(y!),
      }),
    },
    description: "A product of powers of the compute spent on each source of the training data.",
    source: "Chen et al. 2025 (FLP), table 3, M2",
  }),
};
