import { backtests } from "./backtest/extension.ts";
import { entryOf } from "./errors.ts";
import type { ExtendedMethod, Extension } from "./extension.ts";
import { isoflop } from "./isoflop/extension.ts";
import { mixtures } from "./mixture/extension.ts";
import { flp } from "./papers/flp/flp.ts";
import { flpM } from "./papers/flp-m/flp-m.ts";
import { ladder } from "./papers/ladder/ladder.ts";
import { lossToLoss } from "./papers/loss-to-loss/loss-to-loss.ts";

/** The analyses that a sweep can request in addition to its predictions. A new one is a record in a new folder and an entry here. */
const analyses: readonly Extension[] = [backtests, mixtures, isoflop];

/** The methods by name. A new one is a record in a new folder and an entry here. */
export const methods: ReadonlyMap<string, ExtendedMethod> = new Map(
  [ladder, flp, flpM, lossToLoss].map((method) => [method.name, method]),
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

/** The additions of all methods and analyses, in the order of their tables, figures and lines of text. */
export const extensions: readonly Extension[] = [
  ...[...methods.values()].flatMap(({ extension }) => extension ?? []),
  ...analyses,
];
