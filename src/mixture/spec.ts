import { z } from "zod";

/** A search for the best mixture, as a sweep file or a program gives it under `mixtures:`. */
export interface MixturesSpec {
  /** Of two sources, the one whose share is varied. @default the second */
  source?: string | undefined;
  /** Least and largest share of sources. @default of two sources 0 to 0.5 for the varied one, else 0 to 1 */
  bounds?: Record<string, [number, number]> | undefined;
  /** Distance of the shares that are tried. @default 0.01 */
  step?: number | undefined;
  /** The mixture that gains are over. @default the target's own, else equal shares */
  baseline?: Record<string, number> | undefined;
  /** Weights of tasks in the set that one mixture is found for. @default all tasks alike */
  weights?: Record<string, number> | undefined;
  /** Targets whose size is asked for. @default one of each size of the sweep's targets */
  targets?: string[] | undefined;
}

const share = z.number().min(0).max(1);
const range = z.tuple([share, share]).refine(([low, high]) => low < high, { message: "the wrong way round" });

/** Shape of the key `mixtures`. */
export const mixturesSchema = z.strictObject({
  source: z.string().min(1).optional(),
  bounds: z.record(z.string(), range).optional(),
  step: z.number().min(0.0001).max(0.5).optional(),
  baseline: z.record(z.string(), share).optional(),
  weights: z
    .record(z.string(), z.number().min(0))
    .refine((weights) => Object.values(weights).some((weight) => weight > 0))
    .optional(),
  targets: z.array(z.string().min(1)).min(1).optional(),
});

export type CheckedMixtures = z.output<typeof mixturesSchema>;

/** What each key takes, for messages. */
export const mixturesAllowed: Readonly<Record<keyof CheckedMixtures, string>> = {
  source: "the name of a source, one of the columns mix.<source>",
  bounds: "a mapping of sources to [least, largest] share, 0 <= least < largest <= 1",
  step: "a number from 0.0001 to 0.5",
  baseline: "a mapping of sources to shares that sum to 1",
  weights: "a mapping of tasks to numbers >= 0, one of them > 0",
  targets: "a list of names of targets",
};
