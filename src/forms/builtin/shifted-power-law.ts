import type { FormRecord } from "../form.ts";

/**
 * The source loss comes as its height above the smallest one that was measured, and E0 as its depth below it: so the power
 * has a value wherever E0 may lie, and E0 below every loss needs no bound of its own.
 */
export const shiftedPowerLaw: FormRecord = {
  name: "shifted-power-law",
  expression: "L = exp(k + kappa*ln(z + exp(g))) + E",
  parameters: {
    k: { logarithm: true, description: "logarithm of K, the scale" },
    kappa: { lower: -20, upper: 20, description: "exponent" },
    g: {
      logarithm: true,
      description: "logarithm of the smallest source loss minus E0, the source's irreducible loss",
    },
    E: { lower: 0, description: "E1, irreducible loss of the destination" },
  },
  variables: { z: "source loss minus the smallest one of the points" },
  startRanges: { default: { k: [-2, 2], kappa: [0.3, 2], g: [-4, 1], E: [0, 3] } },
  units: {
    start: { k: [-2, 2], kappa: [0.3, 2], g: [-4, 1], E: [0, 1] },
    output: true,
    rescaled: ({ k, kappa, g, E }, { z, L }) => ({
      k: k! - kappa! * Math.log(z!) + Math.log(L!),
      g: g! + Math.log(z!),
      E: E! * L!,
    }),
  },
  description:
    "One loss from another, K (L0 - E0)^kappa + E1, with E0 counted from the smallest L0: E0 = min L0 - e^g.",
  source: "Brandfonbrener et al. 2024, equations 4 and 5",
};
