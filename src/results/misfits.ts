import type { Unknown } from "../identifiability/fit.ts";
import type { Misfit } from "../identifiability/misfit.ts";
import type { FitStudy } from "../identifiability/study.ts";
import type { ProblemUse } from "../plan/shared-problems.ts";
import { type ColumnOf, number, text } from "../tables/table-of.ts";
import { countOf, formatNumber } from "../text.ts";
import type { Fit } from "./fit-tables.ts";

/** Share of the fits that are named as misfits that may be none: the rate of false discoveries. */
const FALSE_DISCOVERIES = 0.1;

/** Most fits that are named. */
const MOST_NAMED = 5;

type Studies = ReadonlyMap<string, Pick<FitStudy, "misfit">>;

/** What the warning on misfits begins with. */
export const MISFIT = "fits: residuals follow a pattern that the form leaves";

/** Columns of table `fits` on the test of lack of fit. */
export function misfitColumns(studies: Studies = new Map()): ColumnOf<Fit>[] {
  const of = ({ key }: Fit): Misfit | undefined => testedOf(studies.get(key)?.misfit);
  return [
    number(
      "misfit",
      "p-value of the test of lack of fit ([identifiability.md](identifiability.md#lack-of-fit)), at least 0.001; null if it could not be made",
      (fit) => of(fit)?.p,
    ),
    text(
      "misfit_along",
      "what the residuals follow most: an input of the form, `fitted` values, or the runs' `flops`",
      (fit) => of(fit)?.along,
    ),
  ];
}

function testedOf(misfit: Misfit | Unknown | undefined): Misfit | undefined {
  return misfit === undefined || "reason" in misfit ? undefined : misfit;
}

/**
 * How many of the smallest p-values are discoveries, of which a tenth are false on average (Benjamini & Hochberg, 1995).
 *
 * @param ps ascending
 */
export function countDiscoveries(ps: readonly number[]): number {
  return ps.findLastIndex((p, i) => p <= (FALSE_DISCOVERIES * (i + 1)) / ps.length) + 1;
}

/**
 * A line on the fits whose form misses their points, none where there are none. Of many tests some are small by chance: as many are named as are
 * discoveries.
 */
export function misfitLines(uses: readonly ProblemUse[], studies: Studies): string[] {
  const distinct = new Map(uses.map((use) => [use.key, use]));
  const tested = [...distinct.values()].flatMap((use) => {
    const misfit = testedOf(studies.get(use.key)?.misfit);
    return misfit === undefined ? [] : [{ use, ...misfit }];
  });
  const ranked = tested.toSorted((a, b) => a.p - b.p);
  const named = countDiscoveries(ranked.map(({ p }) => p));
  if (named === 0) return [];
  const examples = ranked.slice(0, Math.min(named, MOST_NAMED)).map(({ use, along, p }) => {
    const what = `${use.problem.form.name}, along ${along}, p = ${formatNumber(p, 2)}`;
    return `${use.stage} of ${use.subject ?? [...use.tasks].join(", ")} (${what})`;
  });
  const more = named > examples.length ? `; and ${named - examples.length} more` : "";
  return [
    `${MISFIT}: ${named} of ${countOf(tested.length, "fit")}: ${examples.join("; ")}${more}. Intervals that take the form for true are too narrow ` +
      "there, the more so beyond the runs",
  ];
}
