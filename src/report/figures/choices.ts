import * as Plot from "@observablehq/plot";
import { marginFor } from "../../draw/escape.ts";
import type { Figure, Panel } from "../../draw/figure.ts";
import type { LoadedJob } from "../../draw/job.ts";
import { notes } from "../../draw/marks.ts";
import { plotPanel } from "../../draw/panel.ts";
import { num, type Row, recordsOf, recordsWhere, str, tableOfRecords } from "../../draw/records.ts";

const MOST_ROWS = 40;

/** Differences below this count as 0, as of a choice that has no effect. */
const NO_DIFFERENCE = 1e-7;

interface Difference {
  name: string;
  difference: number;
  lower: number;
  upper: number;
  /** Number of pairs behind the difference; NaN where it is unknown. */
  pairs: number;
}

/** Design choices ranked by the difference that they make, all else equal. */
export const choices: Figure = {
  name: "choices",
  part: "choices",
  title: "Design choices, ranked",
  needs: "an axis with several values, compared in pairs",
  draw(job) {
    // Axes that name the two ends of a relation are not choices of how a prediction is made.
    const notChosen: readonly string[] = job.pairs ? [job.pairs.kind, ...job.pairs.between] : [];
    const rows = recordsOf(job.tables.choices).filter(
      (row) => Number.isFinite(num(row, "diff_abs_rel_error")) && !notChosen.includes(str(row, "axis")),
    );
    const paired = rows
      .map((row) => differenceOf(row, `${str(row, "axis")} ${str(row, "value")}`))
      .toSorted((a, b) => a.difference - b.difference);
    if (paired.length === 0) return { missing: "no two cells differ in one design choice alone" };
    const alone = aloneIn(job).toSorted((a, b) => a.difference - b.difference);
    const level = recordsOf(job.tables.comparisons, (row) => row === 0)[0]?.level;
    return {
      panels: [
        differencePanel("over all pairs", paired.slice(0, MOST_ROWS)),
        ...(alone.length > 0
          ? [differencePanel("changed alone in the headline configuration", alone.slice(0, MOST_ROWS))]
          : []),
      ],
      legend: [
        { label: "better than the reference", colour: "var(--good)", sign: "dot" },
        { label: "worse", colour: "var(--bad)", sign: "dot" },
        ...(alone.length > 0
          ? [
              {
                label: `${100 * Number(level)} % interval of the difference`,
                colour: "var(--muted)",
                sign: "band",
              } as const,
            ]
          : []),
      ],
      caption:
        "Difference of the mean absolute relative error from the reference value of the axis; below 0 is better. Over all pairs: of " +
        "predictions whose other choices are equal, numbers of pairs at the right. " +
        `${alone.length > 0 ? "Alone: the headline configuration with this one choice, percentile intervals on the same resamples." : "No intervals of the differences: lawfit bootstrap gives them."}` +
        `${paired.length > MOST_ROWS ? ` The best ${MOST_ROWS} of ${paired.length}.` : ""}`,
      data: tableOfRecords(rows),
    };
  },
};

/** The configurations that differ from the headline in one axis, compared over all tasks and targets, with intervals. */
function aloneIn(job: LoadedJob): Difference[] {
  const base = job.headline[0];
  // In a method of relations, each comparison belongs to one pair.
  if (base === undefined || job.pairs !== undefined) return [];
  const rows = recordsWhere(job.tables.comparisons, { task: null, target: null });
  return rows.flatMap((row): Difference[] => {
    const [axis, second] = job.axes.filter(({ name }) => row[name] !== base[name]);
    if (axis === undefined || second !== undefined || !Number.isFinite(num(row, "diff_abs_rel_error")))
      return [];
    return [differenceOf(row, `${axis.name} ${str(row, axis.name)}`)];
  });
}

/** The difference in a row of table `choices` or `comparisons`; of its columns each has a part. */
function differenceOf(row: Row, name: string): Difference {
  return {
    ...{ name, difference: num(row, "diff_abs_rel_error"), pairs: num(row, "pairs") },
    ...{ lower: num(row, "lower"), upper: num(row, "upper") },
  };
}

function differencePanel(title: string, rows: readonly Difference[]): Panel {
  const colour = ({ difference }: Difference) =>
    Math.abs(difference) < NO_DIFFERENCE ? "var(--muted)" : difference > 0 ? "var(--bad)" : "var(--good)";
  const marginLeft = marginFor(
    rows.map(({ name }) => name),
    250,
  );
  const bars = rows.filter(({ lower, upper }) => Number.isFinite(lower + upper));
  return plotPanel({
    title,
    width: 500,
    height: 70 + 16 * rows.length,
    plot: {
      ...{ marginLeft, marginBottom: 36, marginRight: 52 },
      x: {
        label: "difference of the relative error (points of per cent)",
        ...{ grid: true, ticks: 6, nice: true },
        tickFormat: (value: number) => String(Number((100 * value).toPrecision(3))),
      },
      y: { type: "point", domain: rows.map(({ name }) => name), label: null },
    },
    marks: [
      Plot.ruleX([0], { stroke: "var(--ink)" }),
      Plot.ruleY(bars, {
        y: "name",
        x1: "lower",
        x2: "upper",
        stroke: colour,
        strokeWidth: 4,
        strokeOpacity: 0.35,
      }),
      Plot.ruleY(rows, { y: "name", x1: 0, x2: "difference", stroke: colour }),
      Plot.dot(rows, { y: "name", x: "difference", fill: colour, r: 4 }),
      notes(rows, {
        y: "name",
        text: ({ pairs }: Difference) => (Number.isFinite(pairs) ? String(pairs) : ""),
        fill: "var(--muted)",
      }),
    ],
  });
}
