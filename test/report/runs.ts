import { join } from "node:path";
import { getForm } from "../../src/forms/registry.ts";
import { runSweep, type Solver } from "../../src/run/run-sweep.ts";
import type { SolveResult } from "../../src/solve/problem.ts";
import type { SweepSpec } from "../../src/spec/spec.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { type Row, smallLadder, TRUE_LAW, tableOfRows, trueLoss } from "../methods/tables.ts";
import { mixedRows } from "../papers/flp-m/made-up.ts";
import { fakeSolver } from "../run/fake-solver.ts";
import { linearSolver } from "../search-laws/linear-solver.ts";

/** Runs a sweep over rows made by hand and writes its run directory into a folder. */
export async function writeRun(
  folder: string,
  name: string,
  spec: SweepSpec,
  rows: readonly Row[],
  solver: Solver = fakeSolver().solver,
): Promise<string> {
  const table = join(folder, `${name}.parquet`);
  await writeTable(table, checkpointTableToTable(tableOfRows(rows)));
  const out = join(folder, name);
  await runSweep({ ...spec, table }, { out, solver });
  return out;
}

/** Gives the names of a table another spelling. */
export type Rename = (name: string) => string;

/** Rows with other names: of runs, subjects, families and sources; `own_corpus`, which means something, stays. */
export function renamed(rows: readonly Row[], rename: Rename): Row[] {
  return rows.map(({ subject, family, mix, ...row }) => ({
    ...row,
    run: rename(row.run),
    ...(subject !== undefined && { subject: subject === "own_corpus" ? subject : rename(subject) }),
    ...(family && { family: rename(family) }),
    ...(mix && { mix: Object.fromEntries(Object.entries(mix).map(([key, share]) => [rename(key), share])) }),
  }));
}

/** Two tasks, of which the second has higher losses. */
function ladderRows(): Row[] {
  return smallLadder(["t", "u & <v>"]).map((row) => {
    const { loss, accuracy } = row.metrics;
    return row.subject === "t" ? row : { ...row, metrics: { loss: 1.1 * loss!, accuracy: accuracy! } };
  });
}

/** A ladder of two tasks with several configurations, draws and back-tests. */
export function ladderRun(folder: string, name = "ladder"): Promise<string> {
  const axes = [
    { link: ["sigmoid", "linear"] },
    { runs: ["n_rank <= 2", "xc <= 3", "flops_rank <= 5", "flops_rank <= 7"] },
  ];
  const spec = {
    method: "ladder",
    rank_undetermined: true,
    axes,
    bootstrap: { resamples: 4, intervals: "percentile", draws: true },
    backtest: {},
  };
  return writeRun(folder, name, spec, ladderRows());
}

/** Two steps from FLOPs, and one. */
export function flpRun(folder: string): Promise<string> {
  const axes = [{ feature: "loss" }, { feature: "loss", law: "power-law-offset" }, { feature: "none" }];
  return writeRun(
    folder,
    "flp",
    { method: "flp", chance: 0.25, rank_undetermined: true, axes },
    smallLadder(),
  );
}

/** Mixtures of two sources. */
export function mixedRun(folder: string): Promise<string> {
  const axes = { law: "m1", link: "linear" };
  return writeRun(folder, "mixed", { method: "flp-m", axes, mixtures: {} }, mixedRows());
}

/** A law on a table of any columns, of which two tasks are groups and the rows of targets are held out. */
export function freeRun(folder: string): Promise<string> {
  const fit = { y: "loss", x: { N: "n", D: "d" }, group: "subject", test: "role = 'target'" };
  return writeRun(folder, "free", { method: "fit", fit }, ladderRows());
}

/** A law of two inputs that are no sizes, with the draws of its parameters. */
export const MAPPED = {
  method: "fit",
  axes: { law: "linear-2" },
  fit: { y: "loss", x: { x1: "ln(n)", x2: "ln(d)" }, group: "subject", where: "role = 'fit'" },
  bootstrap: { resamples: 4, intervals: "percentile", draws: true },
};

export function mappedRun(folder: string): Promise<string> {
  return writeRun(folder, "mapped", MAPPED, ladderRows());
}

/** Laws sought among those that are linear in their parameters. */
export function searchedRun(folder: string): Promise<string> {
  const grammar = { factors: ["x"], links: ["S"], laws: [] };
  const search = { grammar, tries: 8, rounds: 1, keep: 2, resamples: 50 };
  const { method, axes } = MAPPED;
  const fit = { ...MAPPED.fit, cost: "6*n*d" };
  return writeRun(folder, "searched", { method, axes, fit, search }, ladderRows(), linearSolver);
}

/** Exponents of the losses above E of each corpus in those of the first: the translations from it. */
export const RELATED = { web: 1, code: 1.2, math: 0.8 } as const;
const [, , , , E] = TRUE_LAW;

/** A loss of a run on a corpus; all have the same E, that which the made-up solver gives to every law. */
function relatedLoss(kappa: number, n: number, d: number): number {
  return E + (trueLoss(n, d) - E) ** kappa;
}

/** Runs of three budgets and a target of a fourth on each of three corpora, with a train loss and that of a quiz. */
export function relatedRows({ targets = true }: { targets?: boolean } = {}): Row[] {
  const budgets = [1e19, 3e19, 1e20, ...(targets ? [1e21] : [])];
  return Object.entries(RELATED).flatMap(([family, kappa]) =>
    budgets.flatMap((c, b) =>
      (b === 3 ? [1] : [0.3, 0.5, 0.8, 1.2, 2, 3]).flatMap((share): Row[] => {
        const n = share * 1e8 * (c / 1e19) ** 0.5;
        const d = c / (6 * n);
        const role = b === 3 ? "target" : "fit";
        const run = { run: `${family}-${share}-${c}`, family, role, n, d, c } as const;
        return [
          { ...run, subject: "own_corpus", metrics: { loss: relatedLoss(kappa, n, d) } },
          { ...run, subject: "quiz", metrics: { loss: relatedLoss(2 * kappa, n, d) } },
        ];
      }),
    ),
  );
}

/** A solver that knows the laws, and draws translations through their first and last points. */
const relatedSolver: Solver = async (problems, listeners) => {
  const answers = await fakeSolver().solver(
    problems.map((problem) => ({ ...problem, form: getForm("chinchilla") })),
    listeners,
  );
  return answers.map((answer, p): SolveResult => {
    const { form, variables, response, lower } = problems[p]!;
    if (!("solution" in answer) || form.name !== "shifted-power-law") return answer;
    const [g, offset] = [lower![2]!, lower![3]!];
    const logs = [0, response.length - 1].map((q) => {
      return [Math.log(variables[0]![q]! + Math.exp(g)), Math.log(response[q]! - offset)] as const;
    });
    const kappa = (logs[1]![1] - logs[0]![1]) / (logs[1]![0] - logs[0]![0]);
    const parameters = Float64Array.of(logs[0]![1] - kappa * logs[0]![0], kappa, g, offset);
    return { solution: { ...answer.solution, parameters } };
  });
};

/** Losses of three corpora related to each other, beside their laws, with an isoflop analysis. */
export function relatedRun(
  folder: string,
  name = "related",
  spec: Partial<SweepSpec> = {},
  rows: readonly Row[] = relatedRows(),
): Promise<string> {
  const axes = { relation: ["train-to-train", "train-to-test", "test-to-test", "scaling-law"] };
  const isoflop = { subjects: "own_corpus", noise: 0.001, draws: 20 };
  return writeRun(folder, name, { method: "loss-to-loss", axes, isoflop, ...spec }, rows, relatedSolver);
}
