import { type FormExample, type FormFamily, type FormRecord, type StartRange, upTo } from "../form.ts";
import { MOST_SOURCES } from "./mix.ts";

/** Most hidden units: a straight-line kernel of 32 x 8 weights still compiles in seconds. */
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
