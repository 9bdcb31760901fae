import type { StageReplicates } from "../bootstrap/resample-stage.ts";
import type { Problem } from "../solve/problem.ts";
import type { Table } from "../tables/table.ts";
import { count, number, tableOf, text } from "../tables/table-of.ts";
import { countOf } from "../text.ts";

/** Most rows of the table; it has complete fits only. */
const MOST_ROWS = 2_000_000;

/** The parameters of fits on every resample. */
export class ParameterDraws {
  readonly #replicates = new Map<string, StageReplicates>();

  add({ key }: Pick<Problem, "key">, replicates: StageReplicates): void {
    if (!replicates.isHeld) this.#replicates.set(key, replicates);
  }

  /**
   * Table `parameter_draws`.
   *
   * @param problems in the order of the table
   * @param onWarning called with a line where there are more fits than it has room for
   */
  table(problems: readonly Problem[], onWarning?: (line: string) => void): Table {
    let room = MOST_ROWS;
    let leftOut = 0;
    const rows = problems.flatMap(({ key, form }) => {
      const replicates = this.#replicates.get(key);
      if (replicates === undefined) return [];
      if (replicates.parameters.length > room) {
        leftOut++;
        return [];
      }
      room -= replicates.parameters.length;
      return Array.from(replicates.degenerate).flatMap((code, r) =>
        form.parameterNames.map((parameter, p) => ({
          ...{ key, parameter, replicate: r + 1 },
          value: code === 0 ? replicates.parameters[r * replicates.width + p]! : Number.NaN,
        })),
      );
    });
    if (leftOut > 0) {
      onWarning?.(
        `table parameter_draws lacks ${countOf(leftOut, "fit")}: it has at most ${MOST_ROWS.toLocaleString("en")} rows`,
      );
    }
    return tableOf<(typeof rows)[number]>(rows, [
      text("problem", "the fit in table `fits`", ({ key }) => key),
      count("replicate", "number of the resample, from 1"),
      text("parameter", "name of the parameter"),
      number("value", "its value, in the form's own coordinates; null if the replicate is degenerate"),
    ]);
  }
}
