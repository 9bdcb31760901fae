import * as Plot from "@observablehq/plot";
import { groupBy } from "../../collections.ts";
import type { Figure, LegendItem, Panel } from "../../draw/figure.ts";
import { plotPanel } from "../../draw/panel.ts";
import { distinct, num, type Row, recordsOf, str, tableOfRecords } from "../../draw/records.ts";
import { category } from "../../draw/theme.ts";
import { percent } from "../../text.ts";

/** The error of each pair of a first stage's law and a second stage's link (Chen et al., 2025, tables 3 and 4). */
export const stages: Figure = {
  name: "stages",
  part: "choices",
  title: "Laws of stage 1 and links of stage 2",
  needs: "axes `law` and `link` or `input` and `link`, one of them with several values",
  draw(job) {
    const names = new Set(job.axes.map(({ name }) => name));
    const first = ["law", "input"].find((name) => names.has(name));
    if (first === undefined || !names.has("link"))
      return { missing: "the method has no law and link to compare" };
    const others = job.axes.filter(({ name }) => name !== first && name !== "link");
    const base = job.headline[0] ?? {};
    const rows = recordsOf(job.tables.configurations).filter(
      (row) => row.rank !== null && others.every(({ name }) => row[name] === base[name]),
    );
    if (rows.length < 2) return { missing: "laws and links have one value each" };
    const laws = distinct(rows.map((row) => str(row, first)));
    return {
      panels: [...groupBy(rows, (row) => str(row, "predicts"))].map(([kind, ofKind]) =>
        stagePanel(kind, ofKind, first, laws),
      ),
      legend: laws.map(
        (law, i): LegendItem => ({ label: `${first} ${law}`, colour: category(i), sign: "dot" }),
      ),
      caption:
        "Mean absolute relative error over tasks and targets of each pair, the other choices as in the headline configuration. " +
        `Predictions a pair: ${distinct(rows.map((row) => num(row, "predictions"))).join(", ")}. A link none predicts the losses themselves.`,
      data: tableOfRecords(
        rows.map((row) => ({
          ...{ [first]: row[first] ?? null, link: row.link ?? null, predicts: row.predicts ?? null },
          ...{ mean_abs_rel_error: row.mean_abs_rel_error ?? null, predictions: row.predictions ?? null },
        })),
      ),
    };
  },
};

function stagePanel(kind: string, rows: readonly Row[], first: string, laws: readonly string[]): Panel {
  const errors = rows.map((row) => ({
    ...{ link: str(row, "link"), law: str(row, first), error: num(row, "mean_abs_rel_error") },
    ...{ colour: category(laws.indexOf(str(row, first))) },
  }));
  const links = distinct(errors.map(({ link }) => link));
  // Laws of the same link are drawn a little apart, so that equal errors do not hide each other.
  const offset = (error: { law: string }) => (laws.indexOf(error.law) - (laws.length - 1) / 2) * 7;
  return plotPanel({
    title: `predicts ${kind === "loss" ? "losses" : "scores"}`,
    width: 470,
    height: 76 + Math.max(24, 9 * laws.length) * links.length,
    plot: {
      ...{ marginLeft: 150, marginBottom: 36, marginRight: 20 },
      x: {
        ...{ label: "mean relative error", grid: true, zero: true, nice: true, ticks: 5 },
        tickFormat: (value: number) => percent(value) || "0 %",
      },
      y: { type: "point", domain: links, label: null, padding: 0.6 },
    },
    marks: laws.map((law) =>
      Plot.dot(
        errors.filter((error) => error.law === law),
        { y: "link", x: "error", fill: "colour", r: 4, dy: offset({ law }) },
      ),
    ),
  });
}
