import type { Scheme } from "./scheme.ts";
import { block } from "./schemes/block.ts";
import { parametric } from "./schemes/parametric.ts";
import { residual } from "./schemes/residual.ts";
import { row } from "./schemes/row.ts";
import { run } from "./schemes/run.ts";
import { runBySize } from "./schemes/run-by-size.ts";
import { wild } from "./schemes/wild.ts";

/** The schemes of resampling by name. A new one is a record in a file of its own and a line here. */
export const schemes: ReadonlyMap<string, Scheme> = new Map(
  [run, runBySize, wild, block, residual, parametric, row].map((scheme) => [scheme.name, scheme]),
);

/** The scheme of a name that is known to be one. */
export function getScheme(name: string): Scheme {
  const scheme = schemes.get(name);
  if (scheme === undefined) throw new RangeError(`no scheme of resampling ${JSON.stringify(name)}`);
  return scheme;
}
