import * as Plot from "@observablehq/plot";
import { groupBy } from "../../collections.ts";
import { describeFits, describeHeadline, LOSS_LABEL } from "../../draw/caption.ts";
import type { Figure, Panel } from "../../draw/figure.ts";
import { fitsOf, type ReportFit } from "../../draw/fits.ts";
import { dots } from "../../draw/marks.ts";
import { drawPanel } from "../../draw/panel.ts";
import { str, tableOfRecords } from "../../draw/records.ts";

/** Fitted against measured values of step 1 for each domain, whose laws may have several variables. */
export const domainLaws: Figure = {
  name: "domain-laws",
  part: "step 1",
  title: "Step 1 of each domain: fitted beside measured",
  needs: "a first step for each of several domains",
  draw(job) {
    const several = job.headline.flatMap((cell) => {
      const fits = fitsOf(job, cell, "step1");
      return fits.length > 1 || fits[0]?.form.variableNames.includes("C1") === true ? fits : [];
    });
    const fits = [...new Map(several.map((fit) => [str(fit.row, "problem"), fit])).values()];
    if (fits.length === 0) return { missing: "step 1 is one fit of each task, not one of each domain" };
    const domains = [...groupBy(fits, nameOf)];
    return {
      panels: domains.map(([domain, ofDomain]) => domainPanel(domain, ofDomain)),
      legend: [
        { label: "run at the end of its training", colour: "var(--fit)", sign: "dot" },
        { label: "fitted = measured", colour: "var(--muted)", sign: "dashes" },
      ],
      caption: `${describeFits(fits)} ${describeHeadline(job)}`,
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
    x: { label: `measured ${LOSS_LABEL}`, values },
    y: { label: `fitted ${LOSS_LABEL}`, values },
    marks: [
      Plot.line(
        ends.map((end) => [end, end]),
        { stroke: "var(--muted)", strokeDasharray: "5 3" },
      ),
      dots(places, "var(--fit)"),
    ],
  });
}
