import {
  type CardOptions,
  type IdentifiabilityCard,
  identifiabilityCards,
  type ParameterCard,
  type SolvedFit,
} from "../identifiability/card.ts";
import type { Unknown } from "../identifiability/fit.ts";
import type { SweepPlan } from "../plan/plan-sweep.ts";
import type { SolveResult } from "../solve/problem.ts";
import type { Table } from "../tables/table.ts";
import { type ColumnOf, count, flag, number, tableOf, text, via } from "../tables/table-of.ts";
import { type Fit, fitIdentity, solvedFits } from "./fit-tables.ts";
import { fitOnRuns } from "./runs-tables.ts";

/** A parameter of a fit, and how well the data determine it. */
type Row = ReturnType<typeof rowOf>;

/** Default level of the profile intervals. */
const defaultLevel = 0.9;

/**
 * How well the data determine each fit, by the key of its problem.
 *
 * @param options with `solve`, profile intervals are known too
 */
export async function identifiabilityOf(
  plan: Pick<SweepPlan, "cells" | "shared" | "index">,
  results: ReadonlyMap<string, SolveResult>,
  options: CardOptions = {},
): Promise<Map<string, IdentifiabilityCard>> {
  const solved = distinctFits(plan, results);
  const cards = await identifiabilityCards(solved, { level: defaultLevel, ...options });
  return new Map(solved.map(({ problem: { key } }, i) => [key, cards[i]!]));
}

/**
 * Table `identifiability`: how well the data determine each parameter of each fit.
 *
 * @param level of the profile intervals
 */
export function identifiabilityTable(
  { shared }: Pick<SweepPlan, "shared">,
  results: ReadonlyMap<string, SolveResult>,
  cards: ReadonlyMap<string, IdentifiabilityCard>,
  level = defaultLevel,
): Table {
  const rows = solvedFits(shared.uses, results).flatMap((fit): Row[] => {
    const card = cards.get(fit.key)!;
    return card.parameters.map((_, p) => rowOf(fit, card, p, level));
  });
  return tableOf(rows, columns);
}

/** The fits of a sweep and the runs of their points; one that several stages share is there once. */
export function distinctFits(
  plan: Pick<SweepPlan, "cells" | "shared" | "index">,
  results: ReadonlyMap<string, SolveResult>,
  fitOf = fitOnRuns(plan),
): SolvedFit[] {
  const fits = new Map(solvedFits(plan.shared.uses, results).map((fit) => [fit.key, fit]));
  return Array.from(fits.values(), ({ problem, solution }) => fitOf(problem, solution));
}

const columns: readonly ColumnOf<Row>[] = [
  ...via(fitIdentity, ({ fit }: Row) => fit),
  text("parameter", "name of the parameter"),
  number("value", "its value, in the form's own coordinates"),
  text("standing", "`free`; `at-bound` if a bound holds it; `fixed` if its bounds are equal"),
  flag("flat", "whether it takes part in the flattest direction of a flat valley"),
  number("run_standard_error", "standard error by the sandwich, runs taken as independent"),
  number("point_standard_error", "the same, points taken as independent"),
  number("standard_error_ratio", "first over second: how many times too narrow an interval by points is"),
  number(
    "profile_lower",
    "lower end of the profile interval; the bound if it is open, null if there is none. Null without `profiles`, as are the next six columns",
  ),
  number("profile_upper", "upper end"),
  number("profile_width", "upper - lower; null if one of them is"),
  flag("open_below", "whether the objective stays low down to the lower bound"),
  flag("open_above", "whether it stays low up to the upper bound"),
  number("profile_level", "level of the interval"),
  text(
    "profile_by",
    "what the rise of the objective takes as independent, `runs` or `points`; or `sigma`, by the known errors of the responses",
  ),
  flag("profile_better", "whether a fit with the parameter held was better than the fit"),
  count("fitted_runs", "runs that have points in the fit"),
  count("points", "points fitted"),
  number("intra_run_correlation", "share of residual variance between runs; null if every run is one point"),
  number("condition_number", "as in `fits`"),
  number("start_agreement", "as in `fits`"),
  text("unknown", "what is not known, with the reasons"),
];

function rowOf(fit: Fit, card: IdentifiabilityCard, p: number, level: number) {
  const parameter = card.parameters[p]!;
  const { profile: found } = parameter;
  const profile = isUnknown(found) ? undefined : found;
  return {
    fit,
    ...parameter,
    ...card,
    parameter: parameter.name,
    runStandardError: knownNumber(parameter.runError),
    pointStandardError: knownNumber(parameter.pointError),
    standardErrorRatio: knownNumber(parameter.errorRatio),
    profileLower: finite(profile?.lower),
    profileUpper: finite(profile?.upper),
    profileWidth: finite(profile && profile.upper - profile.lower),
    openBelow: profile?.lowerOpen,
    openAbove: profile?.upperOpen,
    profileLevel: profile && level,
    profileBy: profile?.kind,
    profileBetter: profile?.better,
    fittedRuns: card.runs,
    intraRunCorrelation: knownNumber(card.intraRunCorrelation),
    unknown: unknowns(parameter, card),
  };
}

/** The quantities of a parameter that are unknown, with the reasons. */
function unknowns(
  { runError, pointError, profile }: ParameterCard,
  { intraRunCorrelation }: IdentifiabilityCard,
): string | null {
  const parts: [what: string, value: unknown][] = [
    ["standard errors", pointError],
    ["standard errors by runs", typeof pointError === "number" ? runError : undefined],
    ["profile", profile],
    ["correlation", intraRunCorrelation],
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
function finite(value = Number.NaN): number {
  return Number.isFinite(value) ? value : Number.NaN;
}
