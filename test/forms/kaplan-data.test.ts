import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { computeOptimal } from "../../src/forms/compute-optimal.ts";
import { getForm } from "../../src/forms/registry.ts";
import type { Loss, Problem, Solution } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { readTable } from "../../src/tables/read.ts";
import { type Row, rowsOf } from "../run/published.ts";
import { sharedData } from "../shared-data.ts";
import { wholeCrosses } from "../whole-crosses.ts";

const data = sharedData("loss-to-loss");

/** Names of the corpora as the printed tables have them. */
const CORPORA: Readonly<Record<string, string>> = {
  "SmolLM Corpus": "smollm-corpus",
  "FineWeb-Edu": "fineweb-edu-100b",
  SlimPajama: "slimpajama-chunk1",
  FineWeb: "fineweb-100b",
  "ProofPile 2": "proof-pile-2",
  StarCoder: "starcoder",
};

describe.skipIf(data === undefined)(
  "laws of size and tokens on 529 runs over six corpora (skipped where ../shared is absent)",
  async () => {
    if (data === undefined) return;
    const runs = rowsOf(await readTable(join(data, "sweep.csv")));

    const problemOf = (form: string, corpus: string, column: string, loss: Loss): Problem => {
      const own = runs.filter((run) => run.data === corpus);
      const numbers = (name: string) => Float64Array.from(own, (run) => Number(run[name]));
      return {
        form: getForm(form),
        key: `${form} ${corpus} ${column}`,
        variables: [numbers("params"), numbers("tokens")],
        response: numbers(column),
        loss,
        residual: "log",
      };
    };
    const solve = async (problems: Problem[]): Promise<Solution[]> => {
      const results = await solveProblems(problems, { starts: 16 });
      return results.map((result) => {
        if ("skipped" in result) throw new Error(result.skipped.reason);
        return result.solution;
      });
    };

    /** Sum of Huber's loss of the logarithms at the parameters that were published. */
    const objectiveAt = ({ variables, response }: Problem, fit: Row, delta: number): number => {
      const [A, B, E, alpha, beta] = ["A", "B", "E", "alpha", "beta"].map((name) => Number(fit[name]));
      return response.reduce((sum, y, i) => {
        const [N, D] = variables.map((values) => values[i]!) as [number, number];
        const value =
          fit.kaplan === true
            ? E! + ((A! / N) ** (alpha! / beta!) + B! / D) ** beta!
            : E! + A! / N ** alpha! + B! / D ** beta!;
        const r = Math.abs(Math.log(value / y));
        return sum + (r <= delta ? r ** 2 / 2 : delta * (r - delta / 2));
      }, 0);
    };

    test("published fits are reached, and those that stopped early are bettered", async () => {
      const all = rowsOf(await readTable(join(data, "opt_params_fits.csv")));
      expect(all).toHaveLength(276);
      const fits = wholeCrosses ? all : all.filter((_, i) => i % 4 === 0);
      const delta = 1e-3;
      const problems = fits.map((fit) =>
        problemOf(
          fit.kaplan === true ? "kaplan-offset" : "chinchilla",
          String(fit.data),
          String(fit.loss_name),
          { kind: "huber", delta },
        ),
      );
      const solutions = await solve(problems);
      const ratios = solutions.map(
        ({ objective }, i) => objective / objectiveAt(problems[i]!, fits[i]!, delta),
      );
      expect(Math.max(...ratios)).toBeLessThan(1 + 1e-6);
      expect(ratios.filter((ratio) => ratio < 1 - 1e-4).length).toBeGreaterThan(0);
      // Of local searches in A, B, alpha and beta themselves about 65 % end in the best basin.
      const agreements = solutions
        .flatMap(({ startAgreement }, i) => (fits[i]!.kaplan === true ? [startAgreement] : []))
        .sort((a, b) => a - b);
      expect(agreements[Math.floor(agreements.length / 2)]).toBeGreaterThan(0.95);
    });

    test.each([
      ["table2", "kaplan-offset", 34],
      ["table3", "chinchilla", 35],
    ])(
      "%s of Brandfonbrener et al. (2024) by %s: at least %i of 36 numbers to the last digit",
      async (file, name, least) => {
        const printed = rowsOf(await readTable(join(data, "expected", `${file}.csv`)));
        // Its delta is so large that the loss is in effect squared.
        const loss = { kind: "huber", delta: 0.1 } as const;
        const corpora = printed.map((row) => CORPORA[String(row.data)]!);
        const solutions = await solve(corpora.map((corpus) => problemOf(name, corpus, "val_loss", loss)));
        let same = 0;
        printed.forEach((row, i) => {
          const form = getForm(name);
          const { parameters } = solutions[i]!;
          const of = (parameter: string) => parameters[form.parameterNames.indexOf(parameter)]!;
          const isKaplan = name === "kaplan-offset";
          const ours: Record<string, number> = {
            A: Math.exp(isKaplan ? of("a") / of("r") : of("a")),
            B: Math.exp(of("b")),
            E: of("E"),
            alpha: isKaplan ? of("r") * of("beta") : of("alpha"),
            beta: of("beta"),
            a: computeOptimal(form, parameters, 1e20).exponent,
          };
          for (const [column, value] of Object.entries(ours)) {
            const theirs = Number(row[column]);
            // Scales are printed to three digits, the others to two decimals.
            const rounded =
              column === "A" || column === "B" ? Number(value.toPrecision(3)) : Number(value.toFixed(2));
            if (rounded === theirs) same++;
            expect(Math.abs(value / theirs - 1), `${row.data} ${column}`).toBeLessThan(0.02);
          }
        });
        expect(same).toBeGreaterThanOrEqual(least);
      },
    );
  },
);
