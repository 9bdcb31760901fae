import { backtests } from "./backtest/extension.ts";
import { derived } from "./derived/extension.ts";
import { entryOf } from "./errors.ts";
import type { Analysis, ExtendedMethod, Extension } from "./extension.ts";
import { fit } from "./fit/fit.ts";
import { isoflop } from "./isoflop/extension.ts";
import { mixtures } from "./mixture/extension.ts";
import { candidates } from "./next/extension.ts";
import { flp } from "./papers/flp/flp.ts";
import { flpM } from "./papers/flp-m/flp-m.ts";
import { ladder } from "./papers/ladder/ladder.ts";
import { lossToLoss } from "./papers/loss-to-loss/loss-to-loss.ts";
import { plans } from "./planner/extension.ts";
import { ranking } from "./ranking/extension.ts";
import { recipes } from "./recipes/extension.ts";
import { lawSearch } from "./search-laws/extension.ts";
import type { Table } from "./tables/table.ts";

/** The analyses that a sweep can request in addition to its predictions. A new one is a record in a new folder and an entry here. */
export const analyses = [backtests, mixtures, isoflop, derived, ranking, lawSearch] as const;

type ListedAnalysis = (typeof analyses)[number];

/** Keys of a sweep file that request an analysis. */
export type AnalysisKey = ListedAnalysis["key"];

type TableOf<Listed> = Listed extends Pick<Analysis, "tables"> ? keyof Listed["tables"] : never;

/** The result tables of the analyses, each in sweeps that request it. */
export type RequestedTables = Partial<Record<TableOf<ListedAnalysis>, Table>>;

type ListedFitting = Extract<ListedAnalysis, { fitting: Analysis["fitting"] }>;

/** Keys of the analyses that fit a sweep again. */
export type FittingKey = ListedFitting["key"];

/** The analyses that fit a sweep again, each in a phase of its own progress. */
export const fittingAnalyses = analyses.filter(
  (analysis): analysis is ListedFitting => "fitting" in analysis,
);

/** Whether the analysis of a key fits the sweep again. */
export function isFitting(key: AnalysisKey): key is FittingKey {
  return fittingAnalyses.some((analysis) => analysis.key === key);
}

/** The methods by name. A new one is a record in a new folder and an entry here. */
export const methods: ReadonlyMap<string, ExtendedMethod> = new Map(
  [ladder, flp, flpM, lossToLoss, fit].map((method) => [method.name, method]),
);

/**
 * Looks up a method by its name.
 *
 * @param where file and key, for messages
 * @throws UserError with the nearest name where there is no such method
 */
export function getMethod(name: string, where: string): ExtendedMethod {
  return entryOf(methods, name, `${where}: unknown method`);
}

/** The additions of all methods and analyses, of plans, of runs to train next and of recipes, in the order of their tables, figures and lines of text. */
export const extensions: readonly Extension[] = [
  ...[...methods.values()].flatMap(({ extension }) => extension ?? []),
  ...analyses,
  plans,
  candidates,
  recipes,
];
