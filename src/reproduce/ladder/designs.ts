import type { Design } from "../paper.ts";

/** What the paper's own code has in every variant: levels of the first step that are not below 0, of tables in counts. */
export const RECIPE = { bounds1: "bhagia" } as const satisfies Design;

/** The paper's variants of its method, each by what it has other than the defaults. */
export const DESIGNS = {
  /** Section 3. */
  main: RECIPE,
  /** Section 6.1, equation 4. */
  flops: { ...RECIPE, input: "c" },
  /** Section 6.2, appendix C.2, equations 7 and 8. */
  taskce: {
    ...RECIPE,
    feature: "ce",
    link: "log-sigmoid",
    final_window: 1,
    drop_early: 0.5,
    smoothing_window: 1,
    anchor: false,
  },
  /** Section 6.3. */
  c4: { ...RECIPE, feature: "loss@c4" },
  /** Section 6.4, equation 6. */
  single: { ...RECIPE, feature: "none" },
  /** Appendix B.2. */
  mc: { ...RECIPE, format: "mc", drop_early: 0, bounds2: "a=-0.75..-0.749, b=0.999..1" },
  /** Figure 6 at a largest run of 0.1 % of the target's compute: the 9 runs of least compute. */
  firstNine: { ...RECIPE, runs: "flops_rank <= 9" },
} as const satisfies Record<string, Design>;
