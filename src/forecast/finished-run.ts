import { UserError } from "../errors.ts";
import type { SweepSpec } from "../spec/spec.ts";
import { shownPath } from "../store/disk-errors.ts";
import { countOf, formatNumber } from "../text.ts";
import type { Forecast } from "./document.ts";
import { type FinishedRun, measuredRuns, NEAR, runsOfSize } from "./measured-runs.ts";

/**
 * The actual values of a forecast from a table with the finished run, which is found by its parameters and tokens. They are taken as the
 * forecast's settings say, such as the mean of the last checkpoints.
 *
 * @param table of the layout of the forecast's own; it need not have other runs
 * @returns values by the names of the forecast's quantities, without those that were not measured
 * @throws UserError where the table cannot be read, has no such run or several, or nothing that was forecast was measured
 */
export async function actualsFromTable(
  forecast: Forecast,
  table: readonly string[],
): Promise<Record<string, number>> {
  const { settings, targets, quantities, source } = forecast;
  const where = shownPath(table.join(", "));
  const tasks = [...new Set(quantities.map(({ task }) => task))];
  const spec: SweepSpec & Record<string, unknown> = {
    ...(source.sweep as SweepSpec),
    ...{ axes: settings, table: [...table], tasks },
  };
  for (const key of ["bootstrap", "backtest", "profiles"]) delete spec[key];
  const { runs } = await measuredRuns(spec, where);
  const finished = new Map<string, FinishedRun>();
  for (const target of targets) {
    const { name } = target;
    const measured = runsOfSize(runs, target);
    if (measured.length > 1) {
      throw new UserError(
        `${where}: ${countOf(measured.length, "run")} have the size of ${name}: ${measured.map(({ run }) => run).join(", ")}; allowed: one, or --actual NAME=VALUE`,
      );
    }
    if (measured[0] !== undefined) finished.set(name, measured[0]);
  }
  const actual = quantities.flatMap(({ name, task, target, measure }): [string, number][] => {
    const values = finished.get(target)?.values.get(task);
    const value = measure === settings.feature ? values?.feature : values?.predicted;
    return value === undefined || Number.isNaN(value) ? [] : [[name, value]];
  });
  if (actual.length > 0) return Object.fromEntries(actual);
  const size = targets.map(({ name, n, d }) => `${name} (N ${shown(n)}, D ${shown(d)})`).join(", ");
  throw new UserError(
    `${where}: no measured run of the size of ${size}, within ${100 * NEAR} %; allowed: a table that has it, or --actual NAME=VALUE`,
  );
}

function shown(value: number | null): string {
  return value === null ? "not known" : formatNumber(value, 3);
}
