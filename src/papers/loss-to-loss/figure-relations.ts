import * as Plot from "@observablehq/plot";
import { marginFor } from "../../draw/escape.ts";
import type { Figure, Panel } from "../../draw/figure.ts";
import { variedAxes } from "../../draw/job.ts";
import { plotPanel } from "../../draw/panel.ts";
import { num, type Row, recordsOf, str, tableOfRecords } from "../../draw/records.ts";
import { category } from "../../draw/theme.ts";
import { percent } from "../../text.ts";
import { pairs } from "./reading.ts";

const MOST_ROWS = 60;
const [RELATION, LAW] = ["var(--fit)", category(0)];

/** How relations of losses do beside scaling laws of the same losses (Brandfonbrener et al., 2024, table 1). */
export const relations: Figure = {
  name: "relations",
  part: "answer",
  title: "Relations of losses beside scaling laws",
  needs: "relations of losses (method `loss-to-loss`), with measured targets",
  draw(job) {
    if (job.pairs !== pairs) return { missing: "the method relates no losses to each other" };
    const all = recordsOf(job.tables.relations).filter((row) =>
      Number.isFinite(num(row, "mean_abs_rel_error")),
    );
    if (all.length === 0) return { missing: "no relation has a prediction with a measured value" };
    const axes = variedAxes(job.tables.relations, job.axes).filter(({ name }) => name !== "relation");
    const nameOf = (row: Row) =>
      [
        str(row, "relation"),
        ...axes
          .filter(({ name, default: value }) => row[name] !== value)
          .map(({ name }) => `${name} ${str(row, name)}`),
      ].join(", ");
    const rows = all.slice(0, MOST_ROWS).map((row) => ({
      name: nameOf(row),
      error: num(row, "mean_abs_rel_error"),
      law: num(row, "law_mean_abs_rel_error"),
      isLaw: str(row, "relation") === "scaling-law",
      note: noteOf(row),
    }));
    return {
      panels: [errorPanel(rows)],
      legend: [
        ...(rows.some(({ isLaw }) => !isLaw)
          ? [{ label: "relation", colour: RELATION, sign: "diamond" } as const]
          : []),
        ...(rows.some(({ law, isLaw }) => isLaw || Number.isFinite(law))
          ? [{ label: "scaling laws of the same losses", colour: LAW, sign: "ring" } as const]
          : []),
      ],
      caption:
        "Mean relative error over all pairs of corpora, tasks and targets; that of the scaling laws at the same targets where the sweep has " +
        "relation scaling-law with the same law. At the right: predictions, and the share of them that is nearer than the law's. A train loss " +
        `predicted from itself does not count. ${axes.length > 0 ? `Told apart by: ${axes.map(({ name }) => name).join(", ")}, where not the default.` : "All other choices at one value."}` +
        `${all.length > rows.length ? ` The first ${rows.length} of ${all.length}.` : ""}`,
      data: tableOfRecords(all),
    };
  },
};

function noteOf(row: Row): string {
  const better = num(row, "better");
  return `${num(row, "predictions")}${Number.isFinite(better) ? `, ${Math.round(100 * better)} %` : ""}`;
}

function errorPanel(
  rows: readonly { name: string; error: number; law: number; isLaw: boolean; note: string }[],
): Panel {
  const marginLeft = marginFor(
    rows.map(({ name }) => name),
    330,
  );
  const errors = rows.flatMap(({ error, law }) => [error, law]).filter((error) => error > 0);
  // Errors of one size are told apart on even axes, those of several on a logarithmic one.
  const isLog = errors.length > 0 && Math.max(...errors) > 30 * Math.min(...errors);
  const laws = rows.flatMap(({ name, error, law, isLaw }) => {
    const x = isLaw ? error : law;
    return Number.isFinite(x) ? [{ name, x }] : [];
  });
  const both = rows.filter(({ law, isLaw }) => !isLaw && Number.isFinite(law));
  return plotPanel({
    width: Math.max(500, marginLeft + 330),
    height: 64 + 17 * rows.length,
    plot: {
      ...{ marginTop: 10, marginLeft, marginBottom: 36, marginRight: 86 },
      x: {
        ...{
          label: "mean relative error",
          labelAnchor: "center",
          labelArrow: "none",
          grid: true,
          nice: true,
          ticks: 5,
        },
        ...(isLog ? { type: "log" as const } : { zero: true }),
        tickFormat: (value: number) => percent(value) || "0 %",
      },
      y: { type: "point", domain: rows.map(({ name }) => name), label: null, padding: 0.6 },
    },
    marks: [
      Plot.ruleY(both, { y: "name", x1: "error", x2: "law", stroke: "var(--muted)" }),
      Plot.dot(laws, { y: "name", x: "x", r: 4.5, fill: "none", stroke: LAW, strokeWidth: 1.8 }),
      Plot.dot(
        rows.filter(({ isLaw }) => !isLaw),
        { y: "name", x: "error", symbol: "diamond", r: 4, fill: RELATION },
      ),
      Plot.text(rows, {
        ...{
          y: "name",
          text: "note",
          fill: "var(--muted)",
          frameAnchor: "right",
          textAnchor: "start",
          dx: 8,
        },
      }),
    ],
  });
}
