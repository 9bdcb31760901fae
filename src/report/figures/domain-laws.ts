import * as Plot from "@observablehq/plot";
import { describeFits, describeHeadline } from "../caption.ts";
import { dots } from "../draw/marks.ts";
import { drawPanel } from "../draw/panel.ts";
import type { Figure, Panel } from "../figure.ts";
import { fitsOf, type ReportFit } from "../fits.ts";
import { groupBy, str, tableOfRecords } from "../records.ts";

/** Step 1 of domains, whose laws have several variables: what they give beside what was measured. */
export const domainLaws: Figure = {
  name: "domain-laws",
  title: "Step 1 of each domain: fitted beside measured",
  needs: "a first step in the FLOPs of several sources",
  draw(run) {
    const all = run.headline.flatMap((cell) => fitsOf(run, cell, "step1"));
    const several = all.filter(
      ({ form }) => form.variableNames.length > 1 && form.variableNames.join() !== "N,D",
    );
    const fits = [...new Map(several.map((fit) => [str(fit.row, "problem"), fit])).values()];
    if (fits.length === 0) return { missing: "no headline fit is in the FLOPs of several sources" };
    const domains = [...groupBy(fits, nameOf)];
    return {
      panels: domains.map(([domain, own]) => domainPanel(domain, own)),
      legend: [
        { label: "run at the end of its training", colour: "var(--fit)", sign: "dot" },
        { label: "fitted = measured", colour: "var(--muted)", sign: "dashes" },
      ],
      caption: `${describeFits(fits)} ${describeHeadline(run)}`,
      data: tableOfRecords(
        fits.flatMap((fit) =>
          fit.points.map(({ run: name, variables, response, fitted }) => ({
            ...{ domain: nameOf(fit), run: name },
            ...Object.fromEntries(fit.form.variableNames.map((variable, v) => [variable, variables[v]!])),
            ...{ response, fitted },
          })),
        ),
      ),
    };
  },
};

function nameOf({ row, task }: ReportFit): string {
  return str(row, "subject") || task;
}

function domainPanel(domain: string, fits: readonly ReportFit[]): Panel {
  const places = fits.flatMap(({ points }) =>
    points.map(({ response, fitted }) => ({ x: response, y: fitted })),
  );
  const values = places.flatMap(({ x, y }) => [x, y]);
  const ends = [Math.min(...values), Math.max(...values)];
  return drawPanel({
    title: domain,
    x: { label: "measured loss", values },
    y: { label: "fitted loss", values },
    marks: [
      Plot.line(
        ends.map((end) => [end, end]),
        { stroke: "var(--muted)", strokeDasharray: "5 3" },
      ),
      dots(places, "var(--fit)"),
    ],
  });
}
