import { type FormFamily, type StartRange, upTo } from "../form.ts";
import { numbered } from "./families.ts";

/** Most shares of a mixture. */
const MOST_SHARES = 32;

/** Loss by the shares of a mixture. The shares add up to 1, so that a common scale of the exponential is in its slopes already. */
export const mixExponential: FormFamily = {
  name: "mix-exponential",
  sizes: [{ counts: "domains", least: 2, most: MOST_SHARES }],
  builtIn: [
    {
      sizes: [3],
      example: {
        parameters: { t1: -0.9, t2: 0.7, t3: 0.2, c: 1.4 },
        inputs: { r1: [0, 1], r2: [0, 1], r3: [0, 1] },
      },
    },
  ],
  make: (domains = 2) => {
    const all = upTo(domains);
    return {
      name: `mix-exponential-${domains}`,
      expression: `L = exp(${all.map((i) => `t${i}*r${i}`).join(" + ")}) + c`,
      parameters: {
        ...numbered("t", all, (i) => ({ description: `slope of the share of domain ${i}, with ln k` })),
        c: { lower: 0, description: "irreducible loss" },
      },
      variables: numbered("r", all, (i) => `share of domain ${i} in the training data`),
      startRanges: { default: { ...numbered("t", all, (): StartRange => [-3, 3]), c: [0, 3] } },
      description:
        "Loss of a domain by the shares of all domains in the training data: c + k exp(t1 r1 + t2 r2 + ...). Shares add up to 1, so ln k is a " +
        "part of every slope.",
      source: "Ye et al. 2024 (arXiv 2403.16952), the data mixing law",
    };
  },
};
