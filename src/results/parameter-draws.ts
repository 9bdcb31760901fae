import type { StageReplicates } from "../bootstrap/resample-stage.ts";
import type { Problem } from "../solve/problem.ts";
import type { Table } from "../tables/table.ts";
import { count, number, tableOf, text } from "../tables/table-of.ts";

/** Most rows of the table, which has complete fits only. */
const MOST_ROWS = 2_000_000;

/** The parameters of fits on every resample. */
export class ParameterDraws {
  readonly #replicates = new Map<string, StageReplicates>();

  add({ key }: Pick<Problem, "key">, replicates: StageReplicates): void {
    if (!replicates.isHeld) this.#replicates.set(key, replicates);
  }

  /** Table `parameter_draws`. @param problems in the order of the table */
  table(problems: readonly Problem[]): Table {
    let room = MOST_ROWS;
    const rows = problems.flatMap(({ key, form }) => {
      const replicates = this.#replicates.get(key);
      if (replicates === undefined || replicates.parameters.length > room) return [];
      room -= replicates.parameters.length;
      return Array.from(replicates.degenerate).flatMap((code, r) =>
        form.parameterNames.map((parameter, p) => ({
          ...{ key, parameter, replicate: r + 1 },
          value: code === 0 ? replicates.parameters[r * replicates.width + p]! : Number.NaN,
        })),
      );
    });
    return tableOf<(typeof rows)[number]>(rows, [
      text("problem", "the fit in table `fits`", ({ key }) => key),
      count("replicate", "number of the resample, from 1"),
      text("parameter", "name of the parameter"),
      number("value", "its value, in the form's own coordinates; null if the replicate is degenerate"),
    ]);
  }
}
