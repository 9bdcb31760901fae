import type { Row } from "../../methods/tables.ts";

/** Loss (C / C_N)^-alpha, score w0 + w1 L. */
export const TRUTH = { cN: 1e28, alpha: 0.05, w0: 1.3, w1: -0.25 } as const;

/** a of form power-law: ln of the loss at one FLOP. */
export const TRUE_A = TRUTH.alpha * Math.log(TRUTH.cN);

export const trueLoss = (c: number): number => (c / TRUTH.cN) ** -TRUTH.alpha;
export const trueScore = (loss: number): number => TRUTH.w0 + TRUTH.w1 * loss;

export const FIT_FLOPS = [1e16, 1e17, 1e18, 1e19] as const;
export const TARGET_FLOPS = 1e21;

const CHECKPOINTS = 6;

/** Checkpoint `i` of a run: task t with score and chance, domain web with the loss; the last one is on the law. */
export function checkpoint(run: string, c: number, i: number, role: "fit" | "target" = "fit"): Row[] {
  const progress = (i + 1) / CHECKPOINTS;
  // Before the end the learning rate is high: the loss lies above the law, and the score follows the loss.
  const loss = trueLoss(c * progress) * (1 + 0.1 * (1 - progress));
  const size = { run, role, n: Math.sqrt(c / 120), d: (i + 1) * 1e9, c: c * progress };
  return [
    { ...size, subject: "t", metrics: { accuracy: trueScore(loss), chance: 0.25 } },
    { ...size, subject: "web", metrics: { loss } },
  ];
}

/** Four fit runs and a target that follow the laws exactly. */
export function flpRows(): Row[] {
  const run = (name: string, c: number, role: "fit" | "target") =>
    Array.from({ length: CHECKPOINTS }, (_, i) => checkpoint(name, c, i, role)).flat();
  return [...FIT_FLOPS.flatMap((c, i) => run(`fit${i}`, c, "fit")), ...run("big", TARGET_FLOPS, "target")];
}
