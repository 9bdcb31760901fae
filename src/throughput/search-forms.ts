import type { Form } from "../forms/form.ts";
import { getForm } from "../forms/registry.ts";
import { solverSession } from "../plan/solver.ts";
import { randomStream } from "../random.ts";
import { candidateOf, variablesOf } from "../search-laws/candidates.ts";
import { cutsOf, type SearchData, sortedRows } from "../search-laws/data.ts";
import { type Member, members, type ReadyGrammar, readyGrammar } from "../search-laws/enumerate.ts";
import { defaultGrammar } from "../search-laws/grammar.ts";
import { Judge } from "../search-laws/judge.ts";
import { problemOf } from "../search-laws/search.ts";
import { solveEach } from "../search-laws/solve-each.ts";
import { clockNow, secondsSince } from "./clock.ts";

/** How fast a search for laws tries forms: from 64 starts at each of three cuts of 200 rows. */
export interface FormsSpeed {
  /** Forms that were timed: as many of each number of parameters from 1 to 7. */
  forms: number;
  /** Forms a second of one processor core, all kernels compiled. */
  formsPerSecond: number;
}

const [ROWS, CUTS, STARTS, MOST_PARAMETERS] = [200, 3, 64, 7];

/** Members of one number of parameters, of which evenly spaced ones are timed. */
const AMONG = 2000;

const CRITERION = { loss: { kind: "squared" }, residual: "log" } as const;

/**
 * Times forms of the default grammar in N and D, by the processor.
 *
 * @param each forms of each number of parameters
 */
export async function measureForms(each: number, seed: number): Promise<FormsSpeed> {
  const data = sortedRows(rowsOfChinchilla(seed));
  const ready = readyGrammar(defaultGrammar, data, "bench");
  const judge = new Judge(data, cutsOf(data, CUTS), CRITERION, { resamples: 400, seed });
  const session = solverSession(undefined, { kernels: "interpreted", threads: 1 });
  const context = { form: (name: string): Form => getForm(name) };
  const tryForms = async (count: number, starts: number): Promise<number> => {
    const candidates = chosenMembers(ready, count).map((member) => candidateOf(ready, member, context));
    const problems = candidates.map((one) =>
      judge.cuts.map(({ rows }) => problemOf(one, data, rows, CRITERION)),
    );
    const results = await solveEach({ solve: session.solve }, problems.flat(), { starts, seed });
    for (const [i, { form }] of candidates.entries()) {
      const own = results.slice(i * judge.cuts.length, (i + 1) * judge.cuts.length);
      const solutions = own.flatMap((result) => ("solution" in result ? [result.solution.parameters] : []));
      if (solutions.length === own.length) judge.judge(form, variablesOf(form, data), solutions);
    }
    return candidates.length;
  };
  try {
    // Compiles what is not in the cache.
    await tryForms(1, 1);
    const begin = clockNow();
    const forms = await tryForms(each, STARTS);
    return { forms, formsPerSecond: forms / secondsSince(begin).processor };
  } finally {
    await session.close();
  }
}

/** Evenly spaced ones of the first members of each number of parameters. */
function chosenMembers(ready: ReadyGrammar, each: number) {
  return Array.from({ length: MOST_PARAMETERS }, (_, p) => {
    const first: Member[] = [];
    for (const member of members(ready, p + 1, p + 1)) if (first.push(member) === AMONG) break;
    const wanted = Math.min(each, first.length);
    return Array.from({ length: wanted }, (_, i) => first[Math.floor((i * first.length) / wanted)]!);
  }).flat();
}

/** Rows of Chinchilla's law with 1 % of noise. */
function rowsOfChinchilla(seed: number): SearchData {
  const stream = randomStream(`bench search ${seed}`);
  const column = (low: number, high: number) =>
    Float64Array.from({ length: ROWS }, () => Math.exp(stream.uniform(Math.log(low), Math.log(high))));
  const [n, d] = [column(1e8, 1e10), column(2e9, 2e11)];
  return {
    name: "bench",
    inputs: new Map([
      ["N", n],
      ["D", d],
    ]),
    response: n.map((size, i) => {
      return (1.69 + 406.4 / size ** 0.34 + 410.7 / d[i]! ** 0.28) * Math.exp(0.01 * stream.normal());
    }),
    cost: n.map((size, i) => 6 * size * d[i]!),
  };
}
