import type { Row } from "../../methods/tables.ts";

/** What a mixture of two sources does to the losses of two domains, and they to the score of task t. */
export const SOURCES = ["general", "code"] as const;

/** a, alpha, alpha1, alpha2 of form mix-m4-2, by domain. */
export const LAWS = {
  web: [2.5, 0.01, 0.03, 0.002],
  programs: [2.2, 0.015, 0.005, 0.025],
} as const;

/** w0, w1, w2 of the score over the losses of web and programs. */
export const LINK = [1.3, -0.25, -0.3] as const;

/** FLOPs that count for each source, for a share of code, where sources overlap by 0.01. */
export const flopsBySource = (c: number, code: number): [number, number] => [
  (c * (1 - code + 0.01)) / 1.02,
  (c * (code + 0.01)) / 1.02,
];

export function trueLoss(domain: keyof typeof LAWS, c: number, code: number): number {
  const [a, alpha, alpha1, alpha2] = LAWS[domain];
  const [general, programs] = flopsBySource(c, code);
  return Math.exp(a - alpha * Math.log(c) - alpha1 * Math.log(general) - alpha2 * Math.log(programs));
}

export const trueScore = (c: number, code: number): number =>
  LINK[0] + LINK[1] * trueLoss("web", c, code) + LINK[2] * trueLoss("programs", c, code);

const CHECKPOINTS = 3;

/** The checkpoints of one run with a share of code, all on the laws. */
export function mixedRun(run: string, c: number, code: number, role: "fit" | "target" = "fit"): Row[] {
  return Array.from({ length: CHECKPOINTS }, (_, i) => {
    const flops = (c * (i + 1)) / CHECKPOINTS;
    const size = {
      run,
      role,
      n: Math.sqrt(c / 120),
      d: (i + 1) * 1e9,
      c: flops,
      mix: { general: 1 - code, code },
    };
    const domains = (["web", "programs"] as const).map(
      (subject): Row => ({ ...size, subject, metrics: { loss: trueLoss(subject, flops, code) } }),
    );
    return [{ ...size, metrics: { accuracy: trueScore(flops, code), chance: 0.25 } }, ...domains];
  }).flat();
}

export const FIT_RUNS = [1e18, 1e19, 1e20].flatMap((c) => [0, 0.2, 0.5].map((code) => ({ c, code })));
export const TARGET = { c: 1e22, code: 0.3 } as const;

/** Nine fit runs and a target that follow the laws exactly. */
export function mixedRows(): Row[] {
  return [
    ...FIT_RUNS.flatMap(({ c, code }) => mixedRun(`${c}-${code}`, c, code)),
    ...mixedRun("big", TARGET.c, TARGET.code, "target"),
  ];
}

/** The rows of some runs changed. */
export function changeRows(
  rows: readonly Row[],
  which: (row: Row) => boolean,
  change: (row: Row) => Partial<Row>,
): Row[] {
  return rows.map((row) => (which(row) ? { ...row, ...change(row) } : row));
}
