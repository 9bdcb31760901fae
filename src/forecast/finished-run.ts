import { UserError } from "../errors.ts";
import type { SweepSpec } from "../spec/spec.ts";
import { shownPath } from "../store/disk-errors.ts";
import { countOf, formatNumber } from "../text.ts";
import type { Forecast } from "./document.ts";
import { type FinishedRun, measuredRuns } from "./measured-runs.ts";

/** Largest relative difference of parameters and of tokens by which a run is the one that was forecast: names round `70B`. */
const NEAR = 0.02;

/**
 * The actual values of a forecast from a table with the finished run, which is found by its parameters and tokens. They are taken as the
 * forecast's settings say, such as the mean of the last checkpoints.
 *
 * @param table of the layout of the forecast's own, whose other runs are read too
 * @returns values by the names of the forecast's quantities, without those that were not measured
 * @throws UserError where the table cannot be read, has no such run or several, or nothing that was forecast was measured
 */
export async function actualsFromTable(
  forecast: Forecast,
  table: readonly string[],
): Promise<Record<string, number>> {
  const { settings, targets, quantities, source } = forecast;
  const where = shownPath(table.join(", "));
  const spec = { ...source.sweep, axes: settings, table: [...table] } as SweepSpec & Record<string, unknown>;
  for (const key of ["bootstrap", "backtest", "profiles"]) delete spec[key];
  const { runs } = await measuredRuns(spec, where);
  const finished = new Map<string, FinishedRun>();
  for (const { name, n, d } of targets) {
    const near = runs
      .filter((run) => run.run !== name || run.values.size > 0)
      .filter((run) => isNear(run, n, d));
    const measured = near.filter((run) =>
      [...run.values.values()].some(
        ({ predicted, feature }) => !Number.isNaN(predicted) || !Number.isNaN(feature),
      ),
    );
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

function isNear({ n, d }: FinishedRun, targetN: number | null, targetD: number | null): boolean {
  const near = (value: number, wanted: number | null) =>
    wanted !== null && Math.abs(value / wanted - 1) <= NEAR;
  return near(n, targetN) && near(d, targetD);
}

function shown(value: number | null): string {
  return value === null ? "not known" : formatNumber(value, 3);
}
