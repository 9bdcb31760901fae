import type { FormRecord } from "../form.ts";

export const singleStepCompute: FormRecord = {
  name: "single-step-compute",
  expression: "accuracy = p/(1 + exp(-(exp(a - alpha*ln(C)) + E))) + q",
  parameters: {
    a: { logarithm: true, description: "logarithm of A, the scale" },
    alpha: { lower: 0, upper: 1, description: "exponent of the compute" },
    E: { description: "offset inside the sigmoid" },
    p: { lower: -1, upper: 0, description: "chance level minus the best accuracy" },
    q: { lower: 0, upper: 1, description: "best accuracy" },
  },
  variables: { C: "training compute, FLOPs" },
  startRanges: { default: { a: [0, 15], alpha: [0, 0.5], E: [-5, 2], p: [-1, 0], q: [0, 1] } },
  units: {
    start: { a: [-4, 2], alpha: [0, 0.5], E: [-5, 2], p: [-1, 0], q: [0, 1] },
    output: false,
    rescaled: ({ a, alpha }, { C }) => ({ a: a! + alpha! * Math.log(C!) }),
  },
  description: "Accuracy straight from compute: a sigmoid of A/C^alpha + E.",
  source: "Bhagia et al. 2024, equation 6 with the input of equation 4",
};
