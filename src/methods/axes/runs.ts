import { defineAxis } from "../axis.ts";
import { anyName } from "../axis-values.ts";
import { RUN_COLUMNS } from "../run-columns.ts";
import { ALL_RUNS } from "../runs.ts";

export const runs = defineAxis<{ runs: string }, string>({
  name: "runs",
  description:
    "runs that both steps are fitted on: all, or an SQL predicate on the runs " +
    `(${Object.entries(RUN_COLUMNS)
      .map(([name, what]) => `${name}: ${what}`)
      .join("; ")}), such as n <= 4e8, xc <= 2, flops_rank <= 8`,
  values: anyName(`${ALL_RUNS}, or an SQL predicate`, ALL_RUNS),
  default: ALL_RUNS,
  apply(recipe, value) {
    recipe.runs = value;
  },
});
