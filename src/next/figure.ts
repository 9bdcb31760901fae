import * as Plot from "@observablehq/plot";
import { groupBy } from "../collections.ts";
import { leftOutTasks, MOST_TASKS } from "../draw/caption.ts";
import type { Figure, Panel } from "../draw/figure.ts";
import type { LoadedJob } from "../draw/job.ts";
import { grid } from "../draw/numbers.ts";
import { drawPanel } from "../draw/panel.ts";
import { num, type Row, recordsOf, str, tableOfRecords } from "../draw/records.ts";
import { formatNumber, percent } from "../text.ts";

const [CANDIDATE, BATCH, BEST, REFIT] = ["var(--o1)", "var(--good)", "var(--fit)", "var(--muted)"];

/** Cost of each candidate and what it tells of the target, with the batch. */
export const candidatesFigure: Figure = {
  name: "candidates",
  part: "answer",
  title: "Runs to train next",
  needs: "table `candidates` (`lawfit plan --next --out`)",
  concerns: ({ tables }) => tables.candidates !== undefined,
  draw(job: LoadedJob) {
    const panels = [
      ...groupBy(recordsOf(job.tables.candidates), (row) => `${row.cell} ${row.target}`).values(),
    ];
    if (panels.length === 0) return { missing: "the table has no candidate" };
    const shown = panels.slice(0, MOST_TASKS);
    const [first] = shown[0] as [Row];
    return {
      panels: shown.map(candidatesPanel),
      legend: [
        { label: "candidate, trained alone", colour: CANDIDATE, sign: "dot" },
        { label: "the best for their cost and the batch, by refits", colour: REFIT, sign: "cross" },
        { label: "equal for the cost, through the best", colour: BEST, sign: "dashes" },
        { label: "batch, up to each of its runs", colour: BATCH, sign: "line" },
      ],
      caption:
        `Share by which the ${percent(num(first, "level"), 3)} interval of the target is expected to be narrower. A run costs ${str(first, "cost_expression")}. ` +
        `Noise of a run ${formatNumber(num(first, "noise"), 2)}${first.noise_of === "logarithm" ? " of the logarithm" : ""}.` +
        leftOutTasks(panels.length, shown.length).replace("task", "law or target"),
      data: tableOfRecords(shown.flat()),
    };
  },
};

/** Places of the line of equal worth. */
const STEPS = 40;

function candidatesPanel(rows: readonly Row[]): Panel {
  const place = (x: number, y: number) => ({ x, y });
  const alone = rows.map((row) => place(num(row, "cost"), num(row, "shrinkage")));
  const batch = rows
    .filter((row) => row.batch !== null)
    .toSorted((a, b) => num(a, "batch") - num(b, "batch"))
    .map((row) => place(num(row, "batch_cost"), num(row, "batch_shrinkage")));
  const refits = rows.flatMap((row) => [
    ...(row.shrinkage_refitted === null ? [] : [place(num(row, "cost"), num(row, "shrinkage_refitted"))]),
    ...(row.batch_shrinkage_refitted === null
      ? []
      : [place(num(row, "batch_cost"), num(row, "batch_shrinkage_refitted"))]),
  ]);
  const all = [...alone, ...batch, ...refits];
  const costs = all.map(({ x }) => x);
  const [best] = rows;
  const worth = num(best, "shrinkage") / num(best, "cost");
  const top = Math.max(...all.map(({ y }) => y));
  const line = grid(Math.min(...costs), Math.max(...costs), STEPS, true)
    .map((x) => place(x, worth * x))
    .filter(({ y }) => y <= top);
  return drawPanel({
    title: [str(best, "task"), str(best, "form"), str(best, "target")]
      .filter((part) => part !== "")
      .join(", "),
    x: { label: `cost ${str(best, "cost_expression")}`, scale: "log", ticks: "power", values: costs },
    y: { label: "interval narrower by", ticks: "percent", values: [0, ...all.map(({ y }) => y)] },
    marks: [
      Plot.line(line, { x: "x", y: "y", stroke: BEST, strokeDasharray: "3 3", clip: "frame" }),
      Plot.dot(alone, { x: "x", y: "y", r: 2, fill: CANDIDATE, fillOpacity: 0.6, clip: "frame" }),
      Plot.line(batch, { x: "x", y: "y", stroke: BATCH, strokeWidth: 2, clip: "frame" }),
      Plot.dot(batch, { x: "x", y: "y", r: 2.4, fill: BATCH, clip: "frame" }),
      Plot.dot(refits, {
        x: "x",
        y: "y",
        symbol: "cross",
        r: 4,
        stroke: REFIT,
        strokeWidth: 1.6,
        clip: "frame",
      }),
    ],
  });
}
