import { freshStartsOf } from "../solve/search/start-count.ts";
import { countOf } from "../text.ts";
import type { StageUse } from "./plan-bootstrap.ts";
import type { Bootstrap } from "./spec.ts";

interface ReplicateCounts {
  resamples: number;
  degenerate: number;
  /** How many for each reason, in words; null where none is. */
  reasons: string | null;
  lostTerms: number;
}

/** Smallest share of the replicates with lost terms that is reported. */
const MANY = 0.05;

/** Smallest share of the replicates that are left out that is reported. */
const SOME = 0.01;

/** Kinds of intervals that know nothing of how few runs there are. */
const UNWIDENED = ["percentile", "basic", "bca"];

/** Runs up to which resampling whole runs was found to give such intervals that are too narrow (docs/coverage.md). */
const FEW_RUNS = 20;

/** Ratio of a target's compute to the largest run's beyond which intervals are the most at the mercy of the form (docs/coverage.md). */
const FAR = 10;

/**
 * A line on the targets that are so far out that a wrong form makes intervals useless; none if there are no such targets.
 *
 * @param hasIntervals whether the predictions have intervals
 */
export function farTargetWarning(
  targets: readonly { name: string; c: number }[],
  largestC: number,
  hasIntervals = true,
): string | undefined {
  const far = targets.filter(({ c }) => largestC > 0 && c > FAR * largestC);
  if (far.length === 0) return undefined;
  const named = far
    .map(({ name, c }) => `${name} (${Number((c / largestC).toPrecision(2))} times)`)
    .join(", ");
  const what = `over ${FAR} times the compute of the largest run: ${named}`;
  if (!hasIntervals) return `targets: ${what}; so far out the law itself may not hold (lawfit backtest)`;
  return (
    `bootstrap: ${what}; so far out intervals of one form failed where the link was another, and pooled ones held less often where it was none of theirs ` +
    "(docs/coverage.md; lawfit backtest)"
  );
}

/** What a user should know before trusting the intervals, a line each; each distinct one once, with how many fits it is of. */
export function bootstrapWarnings(
  uses: readonly { use: StageUse; summary: ReplicateCounts | undefined }[],
  { scheme, intervals, freshStarts: wanted }: Bootstrap,
): string[] {
  const counts = new Map<string, { fits: number; example: string }>();
  const note = (use: StageUse, what: string): void => {
    const tally = counts.get(what);
    if (tally !== undefined) tally.fits++;
    else counts.set(what, { fits: 1, example: `${use.stage} of ${[...use.tasks][0]}` });
  };
  const narrow = intervals.map(({ name }) => name).filter((name) => UNWIDENED.includes(name));
  for (const { use, summary } of uses) {
    const { measuredRuns, fixedPoints } = use.points;
    if (use.skipped !== undefined) {
      note(use, `not resampled: ${use.skipped}`);
      continue;
    }
    if (use.caution !== undefined) note(use, use.caution);
    if (summary !== undefined && summary.resamples > 0 && summary.degenerate === summary.resamples) {
      note(use, "all replicates are degenerate: there are no intervals");
    } else if (summary !== undefined && summary.degenerate > SOME * summary.resamples) {
      const { degenerate, resamples, reasons } = summary;
      note(
        use,
        `${degenerate} of ${resamples} replicates are left out (${reasons})${scheme.moves ? "" : ": they drew too few different runs or points, and would have been among the widest; scheme parametric has none"}`,
      );
    }
    if (summary !== undefined && summary.lostTerms > MANY * summary.resamples) {
      note(
        use,
        `in over ${100 * MANY} % of the replicates a term of the form vanishes: the runs hardly determine its exponent`,
      );
    }
    if (scheme.name === "parametric" && fixedPoints > 0) {
      note(
        use,
        `${countOf(fixedPoints, "point")} of no run, such as the anchor, ${fixedPoints === 1 ? "is" : "are"} the same in every resample: where the ` +
          "true curve does not pass through, intervals beyond the runs lie to one side; their coverage was studied without (docs/coverage.md; ladder: axis anchor)",
      );
    }
    const { starts } = use.solution;
    const freshStarts = freshStartsOf(wanted, use.problem, use.solution);
    if (use.problem.training !== undefined && starts > freshStarts + 1) {
      note(
        use,
        `the fit is the network of the best of ${starts} starts, each replicate that of the best of ${freshStarts + 1}: the best of many is closer to ` +
          `the data and may lie outside its interval; give both the same number, as with starts ${freshStarts + 1}`,
      );
    }
    if (narrow.length > 0 && scheme.name === "run" && !use.isHeld && measuredRuns <= FEW_RUNS) {
      note(
        use,
        `${measuredRuns} runs are few for scheme run, whose ${narrow.join(", ")} intervals then come out narrow; intervals pooled held best (docs/coverage.md)`,
      );
    }
  }
  return Array.from(counts, ([what, { fits, example }]) => {
    return `bootstrap: ${example}${fits > 1 ? ` and ${fits - 1} more` : ""}: ${what}`;
  });
}
