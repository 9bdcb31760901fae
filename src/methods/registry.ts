import { entryOf } from "../errors.ts";
import { flp } from "./flp/flp.ts";
import { flpM } from "./flp-m/flp-m.ts";
import { ladder } from "./ladder/ladder.ts";
import { lossToLoss } from "./loss-to-loss/loss-to-loss.ts";
import type { Method } from "./method.ts";

/** The methods by name. A new one is a record in its own folder and a line here. */
export const methods: ReadonlyMap<string, Method> = new Map(
  [ladder, flp, flpM, lossToLoss].map((method) => [method.name, method]),
);

/**
 * The method of a name.
 *
 * @param where file and key, for messages
 * @throws UserError with the nearest name where there is none
 */
export function getMethod(name: string, where: string): Method {
  return entryOf(methods, name, `${where}: unknown method`);
}
