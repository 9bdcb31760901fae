import type { LoadedJob, Opening } from "../draw/job.ts";
import { formatEnds, formatKnown } from "../draw/known-numbers.ts";
import { num, recordsBy, str } from "../draw/records.ts";
import { formatNumber, percent } from "../text.ts";

/** Fits whose laws the page opens with. */
const MOST_FITS = 12;

/** The laws of the headline configuration with their numbers, and their parameters with errors. */
export function fitOpening({ tables, headline }: LoadedJob): Opening | undefined {
  if (tables.laws === undefined) return undefined;
  const fits = headline.flatMap((cell) => {
    const problem = str(cell, "problem_law");
    const [law] = recordsBy(tables.laws, "problem", problem);
    const [fit] = recordsBy(tables.fits, "problem", problem);
    return law === undefined || fit === undefined ? [] : [{ task: str(cell, "task"), problem, law, fit }];
  });
  const shown = fits.slice(0, MOST_FITS);
  const level = percent(
    num(recordsBy(tables.parameters, "problem", shown[0]?.problem ?? "")[0], "interval_level"),
  );
  return {
    lines: [
      ...shown.map(({ task, law, fit }) => {
        const starts = num(fit, "starts");
        const agreeing = Math.round(num(fit, "start_agreement") * starts);
        return (
          `${task}: ${str(law, "equation")} (${num(fit, "points")} rows, R2 ${formatNumber(num(fit, "r_squared"))}, ` +
          `spread of residuals ${formatNumber(num(fit, "residual_sd"), 3)}, ${agreeing} of ${starts} starts agree)` +
          (str(law, "doubtful") === "" ? "" : `. Doubtful: ${str(law, "doubtful")}`)
        );
      }),
      ...(fits.length > shown.length ? [`${fits.length - shown.length} more laws in table laws.`] : []),
    ],
    head: ["group", "parameter", "estimate", "standard error", `${level} interval`],
    rows: shown.flatMap(({ task, problem }) =>
      recordsBy(tables.parameters, "problem", problem).map((row) => {
        const [value, error] = [num(row, "estimate"), num(row, "standard_error")];
        const ends = [num(row, "interval_lower"), num(row, "interval_upper")];
        return [
          ...[task, str(row, "quantity"), formatKnown(value, error, [value, ...ends])],
          ...[formatKnown(error), formatEnds(ends, value)],
        ];
      }),
    ),
  };
}
