import { type CardOptions, type IdentifiabilityCard, identifiabilityCards } from "../identifiability/card.ts";
import type { Unknown } from "../identifiability/fit.ts";
import type { Profile } from "../identifiability/profile.ts";
import type { SweepPlan } from "../plan/plan-sweep.ts";
import type { SolveResult } from "../solve/problem.ts";
import type { Table } from "../tables/table.ts";
import { type Fit, fitIdentity, solvedFits } from "./fit-tables.ts";
import { pointRuns } from "./runs-tables.ts";
import { type ColumnOf, tableOf, via } from "./table-of.ts";

/** One parameter of a fit and what is known of it. */
interface Row {
  fit: Fit;
  card: IdentifiabilityCard;
  /** Number of the parameter. */
  p: number;
}

/** Level of the profile intervals, unless another is asked for. */
const defaultLevel = 0.9;

/**
 * Table `identifiability`: how well the data tell each parameter of each fit.
 *
 * @param options with `solve`, the profiles too
 */
export async function identifiabilityTable(
  plan: Pick<SweepPlan, "cells" | "shared">,
  results: ReadonlyMap<string, SolveResult>,
  options: CardOptions = {},
): Promise<Table> {
  const { level = defaultLevel } = options;
  const runs = pointRuns(plan);
  // A problem of several stages has one card.
  const fits = new Map(solvedFits(plan.shared.uses, results).map((fit) => [fit.key, fit]));
  const solved = Array.from(fits.values(), (fit) => ({ ...fit, runs: runs.get(fit.key)! }));
  const found = await identifiabilityCards(solved, { ...options, level });
  const cards = new Map(solved.map(({ key }, i) => [key, found[i]!]));
  const rows = solvedFits(plan.shared.uses, results).flatMap((fit): Row[] => {
    const card = cards.get(fit.key)!;
    return card.parameters.map((_, p) => ({ fit, card, p }));
  });
  return tableOf(rows, [
    ...fitIdentity.map((column) => via(column, ({ fit }: Row) => fit)),
    ...columns(level),
  ]);
}

function columns(level: number): ColumnOf<Row>[] {
  const of = ({ card, p }: Row) => card.parameters[p]!;
  const profile = (row: Row): Profile | undefined => {
    const one = of(row).profile;
    return one === undefined || "reason" in one ? undefined : one;
  };
  const flag = (name: string, value: (known: Profile) => boolean): ColumnOf<Row> => {
    return {
      name,
      type: "boolean",
      value: (row) => {
        const known = profile(row);
        return known ? value(known) : null;
      },
    };
  };
  const end = (name: string, value: (known: Profile) => number): ColumnOf<Row> => {
    return {
      name,
      type: "float64",
      value: (row) => {
        const known = profile(row);
        return known ? finite(value(known)) : Number.NaN;
      },
    };
  };
  return [
    { name: "parameter", type: "string", value: (row) => of(row).name },
    { name: "value", type: "float64", value: (row) => of(row).value },
    { name: "standing", type: "string", value: (row) => of(row).standing },
    { name: "flat", type: "boolean", value: (row) => of(row).flat },
    { name: "run_standard_error", type: "float64", value: (row) => number(of(row).runError) },
    { name: "point_standard_error", type: "float64", value: (row) => number(of(row).pointError) },
    { name: "standard_error_ratio", type: "float64", value: (row) => number(of(row).errorRatio) },
    end("profile_lower", ({ lower }) => lower),
    end("profile_upper", ({ upper }) => upper),
    end("profile_width", ({ lower, upper }) => upper - lower),
    flag("open_below", ({ lowerOpen }) => lowerOpen),
    flag("open_above", ({ upperOpen }) => upperOpen),
    { name: "profile_level", type: "float64", value: (row) => (profile(row) ? level : Number.NaN) },
    { name: "profile_by", type: "string", value: (row) => profile(row)?.kind ?? null },
    flag("profile_better", ({ better }) => better),
    { name: "fitted_runs", type: "int64", value: ({ card }) => card.runs },
    { name: "points", type: "int64", value: ({ card }) => card.points },
    { name: "intra_run_correlation", type: "float64", value: ({ card }) => number(card.intraRunCorrelation) },
    { name: "condition_number", type: "float64", value: ({ card }) => card.conditionNumber },
    { name: "start_agreement", type: "float64", value: ({ card }) => card.startAgreement },
    { name: "unknown", type: "string", value: unknowns },
  ];
}

/** What is not known of a parameter, with the reasons. */
function unknowns(row: Row): string | null {
  const { runError, pointError, profile } = row.card.parameters[row.p]!;
  const parts: [what: string, value: unknown][] = [
    ["standard errors", pointError],
    ["standard errors by runs", typeof pointError === "number" ? runError : undefined],
    ["profile", profile],
    ["correlation", row.card.intraRunCorrelation],
  ];
  const lines = parts.flatMap(([what, value]) => (isUnknown(value) ? [`${what}: ${value.reason}`] : []));
  return lines.length === 0 ? null : lines.join("; ");
}

function isUnknown(value: unknown): value is Unknown {
  return typeof value === "object" && value !== null && "reason" in value;
}

function number(value: number | Unknown): number {
  return typeof value === "number" ? finite(value) : Number.NaN;
}

/** An infinite number is missing: what is open without end has no end point. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}
