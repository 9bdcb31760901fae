import { UserError } from "../errors.ts";
import { didYouMean } from "../tables/nearest.ts";
import { basic } from "./builtin/basic.ts";
import { bca } from "./builtin/bca.ts";
import { conformal } from "./builtin/conformal.ts";
import { delta } from "./builtin/delta.ts";
import { expanded } from "./builtin/expanded.ts";
import { percentile } from "./builtin/percentile.ts";
import { studentised } from "./builtin/studentised.ts";
import type { IntervalMethod } from "./method.ts";

/** The interval methods by name. A new one is a record in a file of its own and a line here. */
export const intervalMethods: ReadonlyMap<string, IntervalMethod> = new Map(
  [percentile, expanded, basic, bca, studentised, delta, conformal].map((method) => [method.name, method]),
);

/**
 * The interval method of a name.
 *
 * @param where file and key, for messages
 * @throws UserError with the nearest name where there is none
 */
export function getIntervalMethod(name: string, where: string): IntervalMethod {
  const method = intervalMethods.get(name);
  if (method !== undefined) return method;
  const names = [...intervalMethods.keys()];
  throw new UserError(
    `${where}: unknown interval ${JSON.stringify(name)}; allowed: ${names.join(", ")}${didYouMean(name, names)}`,
  );
}
