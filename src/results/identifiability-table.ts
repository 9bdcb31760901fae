import { type CardOptions, type IdentifiabilityCard, identifiabilityCards } from "../identifiability/card.ts";
import type { Unknown } from "../identifiability/fit.ts";
import type { Profile } from "../identifiability/profile.ts";
import type { SweepPlan } from "../plan/plan-sweep.ts";
import type { SolveResult } from "../solve/problem.ts";
import type { Table } from "../tables/table.ts";
import { type ColumnOf, count, flag, number, tableOf, text, via } from "../tables/table-of.ts";
import { type Fit, fitIdentity, solvedFits } from "./fit-tables.ts";
import { pointRuns } from "./runs-tables.ts";

/** A parameter of a fit, with the card that says how well the data determine it. */
interface Row {
  fit: Fit;
  card: IdentifiabilityCard;
  /** Index of the parameter, from 0. */
  p: number;
}

/** Default level of the profile intervals. */
const defaultLevel = 0.9;

/**
 * Table `identifiability`: how well the data determine each parameter of each fit.
 *
 * @param options with `solve`, the table has profile intervals too
 */
export async function identifiabilityTable(
  plan: Pick<SweepPlan, "cells" | "shared">,
  results: ReadonlyMap<string, SolveResult>,
  options: CardOptions = {},
): Promise<Table> {
  const { level = defaultLevel } = options;
  const runs = pointRuns(plan);
  // A problem that several stages share has one card.
  const fits = new Map(solvedFits(plan.shared.uses, results).map((fit) => [fit.key, fit]));
  const solved = Array.from(fits.values(), (fit) => ({ ...fit, runs: runs.get(fit.key)! }));
  const allCards = await identifiabilityCards(solved, { ...options, level });
  const cards = new Map(solved.map(({ key }, i) => [key, allCards[i]!]));
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
  const profileOf = (row: Row): Profile | undefined => {
    const { profile } = of(row);
    return profile === undefined || "reason" in profile ? undefined : profile;
  };
  const whether = (name: string, value: (profile: Profile) => boolean): ColumnOf<Row> =>
    flag(name, (row) => {
      const profile = profileOf(row);
      return profile ? value(profile) : null;
    });
  const end = (name: string, value: (profile: Profile) => number): ColumnOf<Row> =>
    number(name, (row) => {
      const profile = profileOf(row);
      return profile ? finite(value(profile)) : Number.NaN;
    });
  return [
    text("parameter", (row) => of(row).name),
    number("value", (row) => of(row).value),
    text("standing", (row) => of(row).standing),
    flag("flat", (row) => of(row).flat),
    number("run_standard_error", (row) => knownNumber(of(row).runError)),
    number("point_standard_error", (row) => knownNumber(of(row).pointError)),
    number("standard_error_ratio", (row) => knownNumber(of(row).errorRatio)),
    end("profile_lower", ({ lower }) => lower),
    end("profile_upper", ({ upper }) => upper),
    end("profile_width", ({ lower, upper }) => upper - lower),
    whether("open_below", ({ lowerOpen }) => lowerOpen),
    whether("open_above", ({ upperOpen }) => upperOpen),
    number("profile_level", (row) => (profileOf(row) ? level : Number.NaN)),
    text("profile_by", (row) => profileOf(row)?.kind ?? null),
    whether("profile_better", ({ better }) => better),
    count("fitted_runs", ({ card }) => card.runs),
    count("points", ({ card }) => card.points),
    number("intra_run_correlation", ({ card }) => knownNumber(card.intraRunCorrelation)),
    number("condition_number", ({ card }) => card.conditionNumber),
    number("start_agreement", ({ card }) => card.startAgreement),
    text("unknown", unknowns),
  ];
}

/** The quantities of a parameter that are unknown, with the reasons. */
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

function knownNumber(value: number | Unknown): number {
  return typeof value === "number" ? finite(value) : Number.NaN;
}

/** Replaces an infinite number by a missing one, as an unbounded interval has no end point. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}
