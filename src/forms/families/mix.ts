import { type FormFamily, type FormRecord, upTo } from "../form.ts";

/** Most sources or inputs that a form can have: its kernel's state must fit a processor's caches. */
export const MOST_SOURCES = 32;

/** Ranges of the compute on two sources, FLOPs. */
const COMPUTE_OF_TWO = { C1: [1e18, 1e23], C2: [1e18, 1e23] } as const;

/** C1, C2, ...: what is spent on each source. */
function sourceVariables(sources: number): Record<string, string> {
  return Object.fromEntries(upTo(sources).map((s) => [`C${s}`, `compute on source ${s}, FLOPs`]));
}

/** M2: the product of a power of each source's compute. */
export const mixM2: FormFamily = {
  name: "mix-m2",
  sizes: [{ counts: "sources", least: 1, most: MOST_SOURCES }],
  builtIn: [
    { sizes: [2], example: { parameters: { a: 2.2, alpha1: 0.03, alpha2: 0.006 }, inputs: COMPUTE_OF_TWO } },
  ],
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

/** Beyond e^10 a source counts for all or for nothing, as far as a table can tell. */
const MOST_WEIGHT = 10;

/** M3: a power of a weighted sum of the sources' compute. */
export const mixM3: FormFamily = {
  name: "mix-m3",
  sizes: [{ counts: "sources", least: 1, most: MOST_SOURCES }],
  builtIn: [
    { sizes: [2], example: { parameters: { a: 2.4, alpha: 0.035, u2: -0.7 }, inputs: COMPUTE_OF_TWO } },
  ],
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

/** M4: M2 times a power of the total compute. */
export const mixM4: FormFamily = {
  name: "mix-m4",
  sizes: [{ counts: "sources", least: 1, most: MOST_SOURCES }],
  builtIn: [
    {
      sizes: [2],
      example: {
        parameters: { a: 2.9, alpha: 0.042, alpha1: -0.004, alpha2: 0.009 },
        inputs: COMPUTE_OF_TWO,
      },
    },
  ],
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
        "the paper are one parameter, a, because only their product can be identified.",
      source: "Chen et al. 2025 (FLP), equation 5 and table 3, M4",
    };
  },
};
