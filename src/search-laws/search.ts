import type { AxisContext } from "../methods/axis.ts";
import { problemKey } from "../plan/shared-problems.ts";
import type { Solver } from "../plan/solver.ts";
import type { Problem, SolveResult } from "../solve/problem.ts";
import { type Candidate, candidateOf, lawCandidate, libraryOf, Met, variablesOf } from "./candidates.ts";
import { type LogErrors, logErrors } from "./compare.ts";
import { type Cut, cutsOf, type SearchData, sortedRows } from "./data.ts";
import { extensions, members, type ReadyGrammar, readyGrammar } from "./enumerate.ts";
import type { Grammar } from "./grammar.ts";
import { type Criterion, Judge, type Judgement } from "./judge.ts";
import { solveEach } from "./solve-each.ts";
import type { CheckedSearch } from "./spec.ts";

/** How laws are sought: the keys of `search:`. */
export type SearchSettings = Omit<CheckedSearch, "inputs">;

/** What the search is for, beside its data. */
export interface SearchRequest extends Criterion {
  settings: SearchSettings;
  /** Laws that the found one is compared with: names of forms, or expressions. */
  references: readonly string[];
  seed: number;
  /** Forms of the user's own, by name. */
  context: AxisContext;
  /** What the search is of, for messages. */
  where: string;
}

/** What the search works with. */
export interface SearchTools {
  solve: Solver;
  onProgress?: ((tried: number, of: number) => void) | undefined;
}

/** A form that was fitted up to every cut and judged beyond it. */
export interface Tried extends Candidate {
  /** Its variables, all rows. */
  variables: readonly Float64Array[];
  /** The solution of each cut. */
  parameters: readonly Float64Array[];
  judgement: Judgement;
  errors: LogErrors;
  /** Number of the round in which it was first tried, from 1; 0 for references. */
  round: number;
}

/** All forms that were tried. */
export interface SearchEnd {
  data: SearchData;
  cuts: readonly Cut[];
  judge: Judge;
  /** Those with an error, the smallest first. */
  tried: readonly Tried[];
  /** Number of all, with those that could not be fitted or predict no number. */
  count: number;
  references: readonly Tried[];
  /** Laws that the found one cannot be compared with: they could not be fitted up to every cut, or predict no number beyond one. */
  unjudged: readonly string[];
  constant: Tried | undefined;
}

/** Forms that are made, fitted and judged at a time. */
const BATCH = 128;

/** Share of the forms that the first round may take. */
const FIRST = 0.5;

/** Name of the form that is one number. */
export const CONSTANT = "constant";

/**
 * Seeks laws: the smallest forms of a grammar first, then what one step makes of the best, all fitted up to several cuts and judged by
 * the rows beyond them. Nothing is chosen by its fit.
 */
export async function searchForms(
  given: SearchData,
  request: SearchRequest,
  tools: SearchTools,
): Promise<SearchEnd> {
  const data = sortedRows(given);
  const { settings, context, where, seed } = request;
  const cuts = cutsOf(data, settings.cuts);
  const inputs = [...data.inputs.keys()];
  const judge = new Judge(data, cuts, request, { resamples: settings.resamples, seed });
  const ready = readyGrammar(settings.grammar, data, where);
  const trial = new Trial(judge, request, tools);
  const met = new Met(inputs);
  const named = [...request.references, ...lawNames(settings.grammar, inputs)];
  const stand = [...new Set(named)].map((law) => lawCandidate(law, inputs, context));
  const fresh = stand.filter(({ form }, i) => met.isNewForm(form) || i < request.references.length);
  const flat = { ...lawCandidate(`y = E + 0*${inputs[0]}`, inputs, context), name: CONSTANT, complexity: 1 };
  met.isNew("E");
  // Laws of the library have more parameters than most of what the rules make, and are few.
  await trial.take([flat, ...fresh], 0, settings.final_starts);
  const first = take(
    members(ready, settings.grammar.parameters),
    met,
    ready,
    context,
    FIRST * settings.tries,
  );
  await trial.take(first, 1);
  for (let round = 2; round <= settings.rounds; round++) {
    const left = settings.tries - trial.count;
    if (left <= 0) break;
    const next = take(
      steps(ready, trial.best(settings.keep)),
      met,
      ready,
      context,
      left / (settings.rounds - round + 1),
    );
    await trial.take(next, round);
  }
  // Laws that stand by themselves, as all that are compared, were fitted from as many starts before.
  await trial.again(trial.best(settings.keep).filter(({ round }) => round > 0));
  const tried = trial.sorted();
  const ofName = (name: string) => tried.find((one) => one.name === name);
  return {
    ...{ data, cuts, judge, tried, count: trial.count },
    references: request.references.flatMap((name) => ofName(name) ?? []),
    unjudged: request.references.filter((name) => ofName(name) === undefined),
    constant: ofName(CONSTANT),
  };
}

/** Forms of the front of error against size that are not among the best, for an estimate. */
const FRONT = 5;

/** About how many fits a search makes: the forms of each round up to each cut, and the best to all rows at the end. */
export function fitsOfSearch(
  { grammar, tries, cuts, first_starts: first, final_starts: final, keep }: SearchSettings,
  inputs: readonly string[],
  references: readonly string[],
): number {
  const standing = 1 + new Set([...references, ...lawNames(grammar, inputs)]).size;
  const made = Math.max(0, tries - standing);
  const kept = Math.min(keep, standing + made);
  return cuts * (standing * final + made * first + kept * final) + (kept + FRONT) * final;
}

function lawNames({ laws }: Grammar, inputs: readonly string[]): string[] {
  return laws.flatMap((law) => (law === "library" ? libraryOf(inputs) : [law]));
}

/** What one step makes of some forms, in turn: the first of each, then the second of each. */
function* steps(ready: ReadyGrammar, from: readonly Tried[]) {
  let open = from.flatMap(({ member }) => (member === undefined ? [] : [extensions(ready, member)]));
  while (open.length > 0) {
    const next: typeof open = [];
    for (const one of open) {
      const { value, done } = one.next();
      if (done) continue;
      yield value;
      next.push(one);
    }
    open = next;
  }
}

/** The members that are met for the first time, at most so many. */
function* take(
  from: Iterable<Parameters<typeof candidateOf>[1]>,
  met: Met,
  ready: ReadyGrammar,
  context: AxisContext,
  most: number,
): Generator<Candidate> {
  let taken = 0;
  if (most < 1) return;
  for (const member of from) {
    const candidate = candidateOf(ready, member, context);
    if (!met.isNewForm(candidate.form)) continue;
    yield candidate;
    if (++taken >= most) return;
  }
}

/** Fits forms and judges them. */
class Trial {
  readonly #judge: Judge;
  readonly #request: SearchRequest;
  readonly #tools: SearchTools;
  readonly #tried: Tried[] = [];
  count = 0;

  constructor(judge: Judge, request: SearchRequest, tools: SearchTools) {
    this.#judge = judge;
    this.#request = request;
    this.#tools = tools;
  }

  /** Forms with an error, the smallest error first; of equal ones the simpler first. */
  sorted(): Tried[] {
    return this.#tried.toSorted(
      (a, b) => a.judgement.error - b.judgement.error || a.complexity - b.complexity,
    );
  }

  best(most: number): Tried[] {
    return this.sorted().slice(0, most);
  }

  async take(
    candidates: Iterable<Candidate>,
    round: number,
    starts = this.#request.settings.first_starts,
  ): Promise<void> {
    let batch: Candidate[] = [];
    for (const candidate of candidates) {
      if (batch.push(candidate) < BATCH) continue;
      await this.#fit(batch, round, starts);
      batch = [];
    }
    await this.#fit(batch, round, starts);
  }

  /** Fits forms from more starts; what is better fitted takes the place of what it was. */
  async again(some: readonly Tried[]): Promise<void> {
    const solved = await this.#solve(some, this.#request.settings.final_starts);
    for (const [i, one] of some.entries()) {
      const judged = this.#judged(one, solved[i]!, one.round);
      if (judged !== undefined) this.#tried[this.#tried.indexOf(one)] = judged;
    }
  }

  async #fit(batch: readonly Candidate[], round: number, starts: number): Promise<void> {
    const solved = await this.#solve(batch, starts);
    for (const [i, candidate] of batch.entries()) {
      const judged = this.#judged(candidate, solved[i]!, round);
      if (judged !== undefined) this.#tried.push(judged);
    }
    this.count += batch.length;
    this.#tools.onProgress?.(this.count, this.#request.settings.tries);
  }

  /** The results of each form at each cut. */
  async #solve(batch: readonly Candidate[], starts: number): Promise<SolveResult[][]> {
    const { cuts, data } = this.#judge;
    const { seed } = this.#request;
    const problems = batch.map((candidate) =>
      cuts.map(({ rows }) => problemOf(candidate, data, rows, this.#request)),
    );
    const results = await solveEach(this.#tools, problems.flat(), { starts, seed });
    return problems.map((own, i) => own.map((_, c) => results[i * cuts.length + c]!));
  }

  #judged(candidate: Candidate, results: readonly SolveResult[], round: number): Tried | undefined {
    const parameters = results.flatMap((result) =>
      "solution" in result ? [result.solution.parameters] : [],
    );
    if (parameters.length < results.length) return undefined;
    const variables = variablesOf(candidate.form, this.#judge.data);
    const judgement = this.#judge.judge(candidate.form, variables, parameters);
    if (judgement === undefined) return undefined;
    const errors = logErrors(judgement);
    return { ...candidate, variables, parameters, judgement, errors, round };
  }
}

/** The regression of a form on the first rows. */
export function problemOf(
  { form }: Pick<Candidate, "form">,
  data: SearchData,
  rows: number,
  { loss, residual }: Criterion,
): Problem {
  const part = (values: Float64Array) => values.subarray(0, rows);
  const problem = {
    form,
    variables: variablesOf(form, data).map(part),
    response: part(data.response),
    ...(data.weights && { weights: part(data.weights) }),
    ...(data.sigma && { sigma: part(data.sigma) }),
    ...{ loss, residual },
  };
  return { ...problem, key: problemKey(problem) };
}
