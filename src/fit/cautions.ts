import type { Cautions } from "../tables/cautions.ts";
import type { Role } from "../tables/checkpoint-table.ts";
import { unlikelyCount } from "../tables/guess/counts.ts";
import { type SourcedTable, withIntegers } from "../tables/table.ts";
import { COUNTS, type Picks } from "./columns.ts";
import { copiedRows } from "./copied-rows.ts";
import { isTelling, pooledRows } from "./pooled-rows.ts";
import { selectRows } from "./select-rows.ts";
import type { CheckedFit } from "./spec.ts";

/** What was read of the rows of a table. */
interface ReadRows {
  role: readonly Role[];
  group: readonly (string | null)[] | undefined;
  inputs: ReadonlyMap<string, Float64Array>;
  responses: ReadonlyMap<string, Float64Array>;
  sourceRow: (row: number) => number;
}

/** What may not be meant of the rows that are fitted. It changes nothing of what is fitted. */
export function cautionsOf(
  table: SourcedTable,
  { role, group, inputs, responses, sourceRow }: ReadRows,
  picks: Picks,
  fit: CheckedFit,
): Cautions {
  const isKnown = (values: ReadonlyMap<string, Float64Array>, row: number) =>
    [...values.values()].map((all) => !Number.isNaN(all[row]));
  const fitted = Uint32Array.from(role.keys()).filter(
    (row) =>
      role[row] === "fit" && isKnown(responses, row).includes(true) && !isKnown(inputs, row).includes(false),
  );
  const of = (name: string) => {
    const values = inputs.get(name);
    return values && Float64Array.from(fitted, (row) => values[row]!);
  };
  const columns = table.columns.filter((column) => isTelling(column.name));
  const rows = withIntegers(selectRows({ ...table, columns, files: table.files.slice(0, 1) }, fitted));
  const given = [...Object.values(fit.x ?? {}), ...(fit.y ?? []), fit.weights, fit.sigma, fit.group];
  const known = [...given, fit.test, fit.where].filter((text) => text !== undefined);
  return {
    pooled: pooledRows(rows, {
      ...{ n: of("N"), d: of("D") },
      group: group && Array.from(fitted, (row) => group[row] ?? null),
      run: picks.run,
      isNamed: (name) => known.some((text) => names(text, name)),
    }),
    copied: copiedRows(table, [...inputs.values(), ...responses.values()], {
      ...{ fitted, sourceRow },
      hasRuns: picks.run !== undefined,
    }),
    unscaled: unscaledSizes(rows, picks, fit),
  };
}

/** Whether a text has a name as a word of its own. */
function names(text: string, name: string): boolean {
  const words = text.toLowerCase().split(name.toLowerCase());
  return words.slice(1).some((after, i) => !/^[\w.]/.test(after) && !/\w$/.test(words[i]!));
}

/** Columns that are inputs of a law of sizes by their very names, whose values are hardly counts. */
function unscaledSizes(table: SourcedTable, { inputs }: Picks, { x = {} }: CheckedFit): string[] {
  // Without both there are no FLOPs that would be in another unit.
  if (!inputs.has("N") || !inputs.has("D")) return [];
  return (["N", "D"] as const).flatMap((name) => {
    const pick = inputs.get(name)!;
    const isByName = "column" in pick && pick.column === name && x[name] === undefined;
    return (isByName && unlikelyCount(COUNTS[name], table, name)) || [];
  });
}
