import type { Design } from "../paper.ts";

/** The paper's variants of its method, each by what it has other than the defaults. */
export const DESIGNS = {
  /** Section 3. */
  main: {},
  /** Section 6.1, equation 4. */
  flops: { input: "c" },
  /** Section 6.2, appendix C.2, equations 7 and 8. */
  taskce: {
    feature: "ce",
    link: "log-sigmoid",
    final_window: 1,
    drop_early: 0.5,
    smoothing_window: 1,
    anchor: false,
  },
  /** Section 6.3. */
  c4: { feature: "loss@c4" },
  /** Section 6.4, equation 6. */
  single: { feature: "none" },
  /** Appendix B.2. */
  mc: { format: "mc", drop_early: 0, bounds2: "a=-0.75..-0.749, b=0.999..1" },
  /** Figure 6 at a largest run of 0.1 % of the target's compute: the 9 runs of least compute. */
  firstNine: { runs: "flops_rank <= 9" },
} as const satisfies Record<string, Design>;
