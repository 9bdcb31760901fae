import { type FormExample, type FormFamily, type FormRecord, type StartRange, upTo } from "../form.ts";

/** Most sources or inputs that a form can have: its kernel's state must fit a processor's caches. */
export const MOST_SOURCES = 32;

/** Ranges of the compute on two sources, FLOPs. */
const COMPUTE_OF_TWO = { C1: [1e18, 1e23], C2: [1e18, 1e23] } as const;

/** Entries whose names are numbered: `alpha1`, `alpha2`, ... */
export function numbered<Value>(
  name: string,
  numbers: readonly number[],
  value: (i: number) => Value,
): Record<string, Value> {
  return Object.fromEntries(numbers.map((i) => [`${name}${i}`, value(i)]));
}

/** C1, C2, ...: compute spent on each source. */
function sourceVariables(sources: number): Record<string, string> {
  return Object.fromEntries(upTo(sources).map((s) => [`C${s}`, `compute on source ${s}, FLOPs`]));
}

/**
 * The common part of M2 and M4: a power of the compute on each source, and in M4 one of the total, `alpha`.
 *
 * @param one what has one FLOP where the value is exp(a)
 */
function powersOfSources(sources: number, one: string, hasTotal: boolean) {
  const all = upTo(sources);
  const names = [...(hasTotal ? ["alpha"] : []), ...all.map((s) => `alpha${s}`)];
  const exponents = Object.fromEntries(names.map((name): [string, StartRange] => [name, [-0.3, 0.3]]));
  return {
    parameters: {
      a: { logarithm: true, description: `logarithm of the value at one FLOP of ${one}` },
      ...(hasTotal && { alpha: { description: "exponent of the total compute" } }),
      ...numbered("alpha", all, (s) => ({ description: `exponent of the compute on source ${s}` })),
    },
    variables: sourceVariables(sources),
    startRanges: { default: { a: [-15, 15], ...exponents } },
    units: {
      start: { a: [-2, 2], ...exponents },
      output: true,
      together: [Object.keys(sourceVariables(sources))],
      rescaled: (p, { C1, y }) => ({
        a: p.a! + names.reduce((sum, name) => sum + p[name]!, 0) * Math.log(C1!) + Math.log(y!),
      }),
    },
  } satisfies Partial<FormRecord>;
}

/** The terms of those powers in the exponent. */
const termsOfSources = (sources: number): string =>
  upTo(sources)
    .map((s) => ` - alpha${s}*ln(C${s})`)
    .join("");

/** M2: the product of a power of each source's compute. */
export const mixM2: FormFamily = {
  name: "mix-m2",
  sizes: [{ counts: "sources", least: 1, most: MOST_SOURCES }],
  builtIn: [
    { sizes: [2], example: { parameters: { a: 2.2, alpha1: 0.03, alpha2: 0.006 }, inputs: COMPUTE_OF_TWO } },
  ],
  make: (sources = 2) => ({
    name: `mix-m2-${sources}`,
    expression: `y = exp(a${termsOfSources(sources)})`,
    ...powersOfSources(sources, "each source", false),
    description: "A product of powers of the compute spent on each source of the training data.",
    source: "Chen et al. 2025 (FLP), table 3, M2",
  }),
};

/** Beyond e^10 a table cannot distinguish a source from one that counts for all or for nothing. */
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
    const ranges = { alpha: [-0.3, 0.3], ...numbered("u", others, (): StartRange => [-3, 3]) } as const;
    return {
      name: `mix-m3-${sources}`,
      expression: `y = exp(a - alpha*ln(${sum}))`,
      parameters: {
        a: { logarithm: true, description: "logarithm of the value at one FLOP of source 1" },
        alpha: { description: "exponent of the weighted compute" },
        ...numbered("u", others, (s) => ({
          ...{ lower: -MOST_WEIGHT, upper: MOST_WEIGHT, logarithm: true },
          description: `logarithm of the weight of source ${s}, where source 1 has weight 1`,
        })),
      },
      variables: sourceVariables(sources),
      startRanges: { default: { a: [-15, 15], ...ranges } },
      units: {
        start: { a: [-2, 2], ...ranges },
        output: true,
        together: [Object.keys(sourceVariables(sources))],
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
    const total = upTo(sources)
      .map((s) => `C${s}`)
      .join(" + ");
    return {
      name: `mix-m4-${sources}`,
      expression: `y = exp(a - alpha*ln(${total})${termsOfSources(sources)})`,
      ...powersOfSources(sources, "everything", true),
      description:
        "A power of the total compute times powers of the compute spent on each source. The constants C_T, C_1, ... of " +
        "the paper are one parameter, a, because only their product can be identified.",
      source: "Chen et al. 2025 (FLP), equation 5 and table 3, M4",
    };
  },
};

/** A linear function of several inputs. That of one is the form `linear`. */
export const linearFamily: FormFamily = {
  name: "linear",
  sizes: [{ counts: "inputs", least: 2, most: MOST_SOURCES }],
  builtIn: [
    {
      sizes: [5],
      example: {
        parameters: { w0: 2.1, w1: -0.3, w2: 0.12, w3: -0.21, w4: 0.07, w5: -0.16 },
        inputs: { x1: [1.2, 2.4], x2: [0.8, 1.9], x3: [1.5, 2.8], x4: [1.9, 3.1], x5: [2.1, 3.4] },
      },
    },
  ],
  make: (inputs = 2) => {
    const all = upTo(inputs);
    return {
      name: `linear-${inputs}`,
      expression: `y = w0${all.map((i) => ` + w${i}*x${i}`).join("")}`,
      parameters: {
        w0: { description: "value where all inputs are 0" },
        ...numbered("w", all, (i) => ({ description: `slope of input ${i}` })),
      },
      variables: Object.fromEntries(all.map((i) => [`x${i}`, `input ${i}`])),
      startRanges: { default: { w0: [-1, 1], ...numbered("w", all, (): StartRange => [-1, 1]) } },
      units: {
        start: { w0: [-2, 2], ...numbered("w", all, (): StartRange => [-2, 2]) },
        output: true,
        rescaled: (w, by) => ({
          w0: w.w0! * by.y!,
          ...Object.fromEntries(all.map((i) => [`w${i}`, (w[`w${i}`]! * by.y!) / by[`x${i}`]!])),
        }),
      },
      description: "A linear function of several inputs, such as the losses of validation domains.",
      source: "Chen et al. 2025 (FLP), section 6.2, Domain-Linear",
    };
  },
};

/** Largest number of hidden units: a straight-line kernel of 32 x 8 weights still compiles in seconds. */
export const MOST_HIDDEN = 8;

/** Three hidden units of five inputs, each active at some points and not at others. */
const example: FormExample = {
  parameters: {
    ...{ b1: 0.1, w1_1: 0.7, w1_2: -0.4, w1_3: 0.2, w1_4: 0.5, w1_5: -0.3 },
    ...{ b2: -0.2, w2_1: -0.3, w2_2: 0.6, w2_3: 0.5, w2_4: -0.4, w2_5: 0.2 },
    ...{ b3: 0.3, w3_1: 0.2, w3_2: 0.5, w3_3: -0.7, w3_4: 0.1, w3_5: 0.6 },
    ...{ v0: 1.5, v1: 0.8, v2: -0.5, v3: 0.6 },
  },
  inputs: { x1: [-1, 1], x2: [-1, 1], x3: [-1, 1], x4: [-1, 1], x5: [-1, 1] },
  hasKinks: true,
};

/**
 * Two layers: every hidden unit h is relu(b_h + sum of w_hk*x_k), the value v0 + sum of v_h times those. Starts as
 * PyTorch's nn.Linear draws them: uniform within 1/sqrt(inputs of the layer).
 */
export const network: FormFamily = {
  name: "network",
  sizes: [
    { counts: "inputs", least: 1, most: MOST_SOURCES },
    { counts: "hidden units", least: 1, most: MOST_HIDDEN },
  ],
  builtIn: [{ sizes: [5, 3], example }],
  make: (inputs = 5, hidden = 3) => {
    const parameters: Record<string, FormRecord["parameters"][string]> = {};
    const ranges: Record<string, StartRange> = {};
    const add = (name: string, description: string, fanIn: number): void => {
      const most = 1 / Math.sqrt(fanIn);
      parameters[name] = { description };
      ranges[name] = [-most, most];
    };
    for (const h of upTo(hidden)) {
      add(`b${h}`, `bias of hidden unit ${h}`, inputs);
      for (const k of upTo(inputs)) add(`w${h}_${k}`, `weight of input ${k} in hidden unit ${h}`, inputs);
    }
    add("v0", "bias of the output", hidden);
    for (const h of upTo(hidden)) add(`v${h}`, `weight of hidden unit ${h} in the output`, hidden);
    const unit = (h: number): string =>
      `v${h}*relu(b${h}${upTo(inputs)
        .map((k) => ` + w${h}_${k}*x${k}`)
        .join("")})`;
    return {
      name: `network-${inputs}-${hidden}`,
      expression: `y = v0 + ${upTo(hidden).map(unit).join(" + ")}`,
      parameters,
      variables: Object.fromEntries(upTo(inputs).map((k) => [`x${k}`, `input ${k}`])),
      startRanges: { default: ranges },
      description:
        "A neural network of one hidden layer with ReLU units. It is made for training by Adam from many starts (`training` of a " +
        "problem). Solved by least squares it has many minima, and its units can change places, so only its predictions are " +
        "meaningful and not its parameters.",
      source: "Chen et al. 2025 (FLP), FLP-M, the second stage: 3 hidden units",
    };
  },
};
