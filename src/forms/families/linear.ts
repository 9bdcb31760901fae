import { type FormFamily, upTo } from "../form.ts";
import { MOST_SOURCES } from "./mix.ts";

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
        ...Object.fromEntries(all.map((i) => [`w${i}`, { description: `slope of input ${i}` }])),
      },
      variables: Object.fromEntries(all.map((i) => [`x${i}`, `input ${i}`])),
      startRanges: {
        default: { w0: [-1, 1], ...Object.fromEntries(all.map((i) => [`w${i}`, [-1, 1]])) },
      },
      units: {
        start: { w0: [-2, 2], ...Object.fromEntries(all.map((i) => [`w${i}`, [-2, 2]])) },
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
