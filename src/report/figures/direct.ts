import { groupBy } from "../../collections.ts";
import { leftOutTasks, MOST_TASKS } from "../../draw/caption.ts";
import type { Figure, LegendItem, Panel } from "../../draw/figure.ts";
import { fitsOf, isOfGroup, type ReportFit } from "../../draw/fits.ts";
import { describeConfiguration, type LoadedJob, variedAxes } from "../../draw/job.ts";
import { ACTUAL, curve, dots, rings, withReach } from "../../draw/marks.ts";
import { extent, grid } from "../../draw/numbers.ts";
import { drawPanel } from "../../draw/panel.ts";
import { num, type Row, recordsOf, str, tableOfRecords } from "../../draw/records.ts";
import { flopsOf, sizesOf } from "../../draw/sizes.ts";
import { category } from "../../draw/theme.ts";

const MOST_CURVES = 7;

/** The prediction of the score from compute by one configuration. */
interface Way {
  label: string;
  task: string;
  /** The predicted score at `c` FLOPs. */
  at(c: number): number;
  points: readonly { run: string; c: number; score: number }[];
}

/** The figure of FLP's chain and of the direct forms (FP and its relatives) against compute. */
export const direct: Figure = {
  name: "direct",
  part: "score",
  title: "Two steps and one: FLP and FP",
  needs: "chains or single steps in FLOPs alone, of several configurations",
  draw(job) {
    const cells = distinctCells(job);
    const ways = cells.flatMap(({ cell, label }) => wayOf(job, cell, label));
    const labels = [...new Set(ways.map(({ label }) => label))];
    if (labels.length < 2)
      return { missing: "fewer than two configurations go from FLOPs alone to the score" };
    const tasks = [...groupBy(ways, ({ task }) => task)];
    const shown = tasks.slice(0, MOST_TASKS);
    const sizes = sizesOf(job);
    const headline = recordsOf(job.tables.predictions);
    const actual = (task: string) =>
      [
        ...groupBy(
          headline.filter((row) => row.task === task),
          (row) => str(row, "target"),
        ),
      ].map(([target, rows]) => {
        return { x: flopsOf(sizes, target), y: num(rows[0], "actual") };
      });
    return {
      panels: shown.map(([task, ways]) => wayPanel(task, ways, labels, actual(task))),
      legend: [
        ...labels.map(
          (label, i): LegendItem => ({ label, colour: category(i), sign: i % 2 === 1 ? "dashes" : "line" }),
        ),
        { label: "fit run, measured", colour: "var(--muted)", sign: "dot" },
        ACTUAL,
      ],
      caption:
        "Score against compute, by the configurations that go from FLOPs alone to the score: in two steps through a loss, or in " +
        `one. At most ${MOST_CURVES} configurations.${leftOutTasks(tasks.length, shown.length)}`,
      data: tableOfRecords(
        shown.flatMap(([task, ways]) =>
          ways.flatMap(({ label, at, points }): Row[] =>
            points.map(({ run: name, c, score }) => ({
              task,
              configuration: label,
              run: name,
              c,
              score,
              fitted: at(c),
            })),
          ),
        ),
      ),
    };
  },
};

/** The cells of the first `MOST_CURVES` configurations: the headline cells, then those that predict scores without a feature. */
function distinctCells(job: LoadedJob): { cell: Row; label: string }[] {
  const axes = variedAxes(job.tables.cells, job.axes);
  if (axes.length === 0 || !axes.some(({ name }) => name === "feature")) return [];
  const cells = recordsOf(job.tables.cells);
  const first = new Set(job.headline.map(({ cell }) => cell));
  const labelled = cells.map((cell) => ({ cell, label: describeConfiguration(cell, axes) }));
  const ordered = [
    ...labelled.filter(({ cell }) => first.has(cell.cell ?? null)),
    ...labelled.filter(({ cell }) => !first.has(cell.cell ?? null) && cell.feature === "none"),
  ];
  const labels = [...new Set(ordered.map(({ label }) => label))].slice(0, MOST_CURVES);
  return ordered.filter(({ label }) => labels.includes(label));
}

function wayOf(job: LoadedJob, cell: Row, label: string): Way[] {
  const [single] = fitsOf(job, cell, "single");
  const [step1] = fitsOf(job, cell, "step1");
  const [step2] = fitsOf(job, cell, "step2");
  const task = str(cell, "task");
  const isAlone = (fit: ReportFit | undefined): fit is ReportFit => fit?.form.variableNames.length === 1;
  if (isAlone(single)) {
    const points = single.points.map((row) => ({ run: row.run, c: row.variables[0]!, score: row.response }));
    return [{ label, task, points, at: (c) => single.form.value(single.parameters, [c]) }];
  }
  if (!isAlone(step1) || !isAlone(step2) || isOfGroup(step2)) return [];
  const last = new Map(step2.points.map((point) => [point.run, point.response]));
  const points = step1.points.map(({ run: name, variables }) => {
    return { run: name, c: variables[0]!, score: last.get(name) ?? Number.NaN };
  });
  const at = (c: number) => step2.form.value(step2.parameters, [step1.form.value(step1.parameters, [c])]);
  return [{ label, task, points, at }];
}

function wayPanel(
  task: string,
  ways: readonly Way[],
  labels: readonly string[],
  actual: readonly { x: number; y: number }[],
): Panel {
  // Every way has the same runs. Later ways replace earlier ones, so the single step's points, the final scores, remain.
  const byRun = new Map(
    ways.flatMap(({ points }) => points.map(({ run, c, score }) => [run, { x: c, y: score }] as const)),
  );
  const measured = [...byRun.values()];
  const places = [...measured, ...actual].filter(({ x, y }) => x > 0 && Number.isFinite(y));
  const [low, high] = extent(places.map(({ x }) => x)) ?? [1, 2];
  const xs = grid(low, high, 60, true);
  const ys = places.map(({ y }) => y);
  const curves = ways.map(({ label, at }) => ({
    i: labels.indexOf(label),
    line: xs.map((x) => ({ x, y: at(x) })),
  }));
  return drawPanel({
    title: task,
    x: { label: "training compute C (FLOPs)", scale: "log", ticks: "power", values: [low, high] },
    y: {
      label: "score (share)",
      values: withReach(
        ys,
        curves.flatMap(({ line }) => line.map(({ y }) => y)),
      ),
    },
    marks: [
      dots(measured, "var(--muted)"),
      ...curves.map(({ i, line }) => curve(line, category(i), i % 2 === 1)),
      rings(actual),
    ],
  });
}
