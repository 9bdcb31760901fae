import { getOrInsert } from "../collections.ts";
import { UserError } from "../errors.ts";
import type { Analysis, SweepInWork } from "../extension.ts";
import { getForm } from "../forms/registry.ts";
import type { Law } from "../methods/law.ts";
import type { Cell } from "../plan/plan-sweep.ts";
import type { Solver } from "../plan/solver.ts";
import { describeLoss } from "../solve/loss.ts";
import type { Problem, SolveOptions } from "../solve/problem.ts";
import { cutsOf, sortedRows } from "./data.ts";
import { describeFound, type Found } from "./found.ts";
import { checkPieces } from "./grammar.ts";
import { fitsOfSearch, type SearchRequest, searchForms } from "./search.ts";
import { type CheckedSearch, searchSchema } from "./spec.ts";
import { formatSearches } from "./summary.ts";
import { searchTables } from "./tables.ts";
import { rowsOfTask, type Sought } from "./task-rows.ts";

/** Laws that are sought for the rows of a sweep of method `fit`. */
export const lawSearch = {
  key: "search",
  fitting: { verb: "searching", name: "the search" },
  tables: {
    searches:
      "group of rows, loss and kind of residuals that a law was sought for: what was found; key `search`, as are the next two tables",
    searched_laws: "form that was tried, for each group of rows: its error on rows beyond the cuts",
    searched_predictions: "form that was found and target: its prediction, and that of their average",
  },
  summary: (tables) => formatSearches(tables),
  figures: async () => [(await import("./figure.ts")).searchFront],
  request(given, { where, method, levels }) {
    const settings = searchSchema.parse(given);
    if (method.name !== "fit") {
      throw new UserError(
        `${placeOf(where)}: method ${method.name} reads no table of any columns; allowed: method: fit, or axis law: search`,
      );
    }
    checkPieces(settings.grammar, placeOf(where));
    return {
      settings,
      laws: settings.inputs === undefined ? [] : [lawOfInputs(settings.inputs)],
      kernels: "interpreted",
      prepare(sweep, plan) {
        const inputs = settings.inputs ?? [...plan.index.table.inputs!.keys()];
        const sought = searchesOf(plan.cells, placeOf(sweep.where));
        const rows = sought.map((one) => {
          const found = rowsOfTask(plan, one.task, { inputs, residual: one.residual });
          demandCuts(found.data, settings, placeOf(sweep.where));
          return found;
        });
        const requestOf = ({ references, loss, residual, forms: own }: Sought): SearchRequest => ({
          ...{ settings, references, loss, residual, seed: sweep.solve.seed, where: placeOf(sweep.where) },
          context: { form: (name) => own.get(name) ?? getForm(name) },
        });
        return {
          fits: sought.reduce((fits, { references }) => fits + fitsOfSearch(settings, inputs, references), 0),
          async share(session, owns) {
            const first = { ...settings, rounds: 1, keep: 0 };
            const solveOwned: Solver = async (problems, options) => {
              const owned = problems.filter(({ key }) => owns(key));
              const solved = await session.solve(owned, { ...sweep.solve, ...options });
              const results = new Map(owned.map((problem, i) => [problem, solved[i]!]));
              return problems.map((one) => results.get(one) ?? { skipped: { reason: "another shard's" } });
            };
            for (const [s, one] of sought.entries())
              await searchForms(rows[s]!.data, { ...requestOf(one), settings: first }, { solve: solveOwned });
          },
          async finish({ session, watch }: SweepInWork) {
            const found: { sought: Sought; found: Found }[] = [];
            const tools = {
              solve: (problems: Problem[], options: SolveOptions) =>
                session.solve(problems, { ...sweep.solve, ...options }),
              onProgress: watch.onProgress,
            };
            for (const [s, one] of sought.entries()) {
              const { data, test, places } = rows[s]!;
              const request = requestOf(one);
              const end = await searchForms(data, request, tools);
              found.push({
                sought: one,
                found: await describeFound(end, request, { test, places, level: levels[0]! }, tools),
              });
            }
            return {
              tables: { ...searchTables(found) },
              status: `${found.length === 1 ? "a law was" : `${found.length} laws were`} sought among ${found[0]?.found.end.count ?? 0} forms`,
            };
          },
        };
      },
    };
  },
} as const satisfies Analysis;

/** The search of a sweep file, or that of the command, for messages. */
const placeOf = (where: string): string => (where === lawSearch.key ? where : `${where}: ${lawSearch.key}`);

/** Inputs as those of a law, so that their columns are read. */
function lawOfInputs(inputs: readonly string[]): Law {
  return {
    text: "search",
    output: undefined,
    inputs: inputs.map((name) => ({ name, what: "", mayBeParameter: false })),
    formOf() {
      throw new Error("laws that are sought have no form before they are found");
    },
  };
}

/** The searches of a sweep: one a task, loss and kind of residual. */
function searchesOf(cells: readonly Cell[], where: string): Sought[] {
  const searches = new Map<string, Sought>();
  for (const { task, plan, configuration } of cells) {
    const [stage] = plan.stages;
    if (stage === undefined || !("problem" in stage)) continue;
    const { loss, residual, priors = [] } = stage.problem;
    if (priors.length > 0)
      throw new UserError(`${where}: forms are sought without priors of parameters; allowed: priors: none`);
    const key = JSON.stringify([task, describeLoss(loss), residual]);
    const search = getOrInsert(searches, key, () => ({
      ...{ task, loss, residual },
      references: [],
      forms: new Map(),
    }));
    const law = String(configuration.values.get("law"));
    if (!search.references.includes(law)) search.references.push(law);
    search.forms.set(law, stage.problem.form);
  }
  return [...searches.values()];
}

/** Demands that forms can be fitted up to a cut and judged beyond it. */
function demandCuts(
  data: Parameters<typeof cutsOf>[0],
  { cuts }: Pick<CheckedSearch, "cuts">,
  where: string,
): void {
  if (data.cost.some(Number.isNaN)) {
    throw new UserError(
      `${where}: rows of ${data.name} have no cost, by which they are cut; allowed: --cost COLUMN (fit: {cost: ...}), or inputs N and D, or C`,
    );
  }
  const sorted = sortedRows(data);
  if (cutsOf(sorted, cuts).length > 0) return;
  throw new UserError(
    `${where}: the ${sorted.cost.length} rows of ${data.name} leave no cut with at least 6 rows up to it and 2 of a larger cost; allowed: more rows, or rows of more costs`,
  );
}
