import { backtests } from "./backtest/extension.ts";
import { didYouMean, UserError } from "./errors.ts";
import type { ExtendedMethod, Extension } from "./extension.ts";
import { isoflop } from "./isoflop/extension.ts";
import { mixtures } from "./mixture/extension.ts";
import { flp } from "./papers/flp/flp.ts";
import { flpM } from "./papers/flp-m/flp-m.ts";
import { ladder } from "./papers/ladder/ladder.ts";
import { lossToLoss } from "./papers/loss-to-loss/loss-to-loss.ts";

/** What a sweep can ask for beside its predictions. A new one is a record in a folder of its own and a line here. */
const analyses: readonly Extension[] = [backtests, mixtures, isoflop];

/** The methods by name. A new one is a record in a folder of its own and a line here. */
export const methods: ReadonlyMap<string, ExtendedMethod> = new Map(
  [ladder, flp, flpM, lossToLoss].map((method) => [method.name, method]),
);

/**
 * The method of a name.
 *
 * @param where file and key, for messages
 * @throws UserError with the nearest name where there is none
 */
export function getMethod(name: string, where: string): ExtendedMethod {
  const method = methods.get(name);
  if (method !== undefined) return method;
  const names = [...methods.keys()];
  throw new UserError(
    `${where}: unknown method ${JSON.stringify(name)}; allowed: ${names.join(", ")}${didYouMean(name, names)}`,
  );
}

/** What methods and analyses add, in the order of their tables, figures and lines. */
export const extensions: readonly Extension[] = [
  ...[...methods.values()].flatMap(({ extension }) => extension ?? []),
  ...analyses,
];
