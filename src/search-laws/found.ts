import { getOrInsert } from "../collections.ts";
import { formatEquation } from "../fit/equation.ts";
import { drawsOf, quantile } from "../intervals/draws.ts";
import { knownLaws } from "./answer.ts";
import { type Average, averageOf } from "./average.ts";
import { CLAIM, type Superiority, superiorTo } from "./compare.ts";
import type { Place } from "./data.ts";
import { type Asked, type Predicted, predictAt, type TestErrors, testErrors, valuesOf } from "./predict.ts";
import { sayFound } from "./say.ts";
import {
  CONSTANT,
  problemOf,
  type SearchEnd,
  type SearchRequest,
  type SearchTools,
  type Tried,
} from "./search.ts";
import { solveEach } from "./solve-each.ts";

/** A form as it was found. */
export interface FoundLaw extends Tried {
  /** From 1, by the error beyond the cuts. */
  rank: number;
  /** Interval of that error over resamples of the runs. */
  interval: readonly [lower: number, upper: number];
  isReference: boolean;
  /** Its place, from 1, among the laws to go on with, which are none where nothing is found or the average is better; undefined for all others. */
  choice: number | undefined;
  /** Whether no form of fewer operations has a smaller error. */
  isOnFront: boolean;
  /** What is known of the best forms, of references and of the front alone. */
  details: LawDetails | undefined;
}

/** What is found out about a form once it is fitted to all rows. */
export interface LawDetails {
  /** Fitted to all rows that are not held out. */
  solution: Float64Array;
  /** The law with its numbers. */
  equation: string;
  /** Whether another form is better beyond noise. */
  rivals: Superiority;
  /** Largest change of a parameter between cuts, and to all rows, relative to its size; of logarithms of scales absolute. */
  drift: number;
  test: TestErrors | undefined;
  /** One a place. */
  predictions: readonly Predicted[];
}

/** What a search found. */
export interface Found {
  end: SearchEnd;
  laws: readonly FoundLaw[];
  /** The constant beside all forms: nothing is found where none is better than it beyond noise. */
  constant: Superiority | undefined;
  average: Average | undefined;
  /** Whether the average is what to go on with: a law was found, but none that stands by itself is as good. */
  isAverageBest: boolean;
  places: readonly Place[];
  /** What was found, in sentences. */
  said: string;
}

/** Fits the best forms to all rows, and says what was found. */
export async function describeFound(
  end: SearchEnd,
  request: SearchRequest,
  asked: Asked,
  tools: Pick<SearchTools, "solve">,
): Promise<Found> {
  const { tried, references, data } = end;
  const errors = tried.map((one) => one.errors);
  const front = frontOf(tried);
  const constant = end.constant && superiorTo(end.constant.errors, errors);
  const isFound = constant === undefined || constant.p < CLAIM;
  const superiority = new Map<Tried, Superiority>();
  const rivalsOf = (one: Tried) => getOrInsert(superiority, one, () => superiorTo(one.errors, errors));
  const choices = isFound ? knownLaws(tried, rivalsOf) : [];
  const wanted = tried.filter(
    (one, i) =>
      i < request.settings.keep ||
      references.includes(one) ||
      front.has(one) ||
      one.name === CONSTANT ||
      choices.includes(one),
  );
  const rows = data.response.length;
  const problems = wanted.map((one) => problemOf(one, data, rows, request));
  const { seed, settings } = request;
  const results = await solveEach(tools, problems, { starts: settings.final_starts, seed });
  const details = new Map<Tried, LawDetails>();
  for (const [i, one] of wanted.entries()) {
    const result = results[i]!;
    if (!("solution" in result)) continue;
    const { parameters: solution } = result.solution;
    details.set(one, {
      solution,
      equation: formatEquation(problems[i]!, solution),
      rivals: rivalsOf(one),
      drift: driftOf(one, solution),
      test: asked.test && testErrors((inputs) => valuesOf(one, solution, inputs), asked.test),
      predictions: predictAt(end, one, solution, asked),
    });
  }
  const laws = tried.map((one, i): FoundLaw => {
    const { ranked } = drawsOf(one.judgement.draws);
    const at = (share: number) => quantile(ranked, share);
    return {
      ...one,
      rank: i + 1,
      interval: [at((1 - asked.level) / 2), at((1 + asked.level) / 2)],
      isReference: references.includes(one),
      choice: choices.includes(one) ? choices.indexOf(one) + 1 : undefined,
      isOnFront: front.has(one),
      details: details.get(one),
    };
  });
  const average = averageOf(end, laws, request, asked);
  const isAverageBest = isFound && choices.length === 0 && average !== undefined;
  return {
    end,
    laws,
    constant,
    average,
    places: asked.places,
    isAverageBest,
    said: sayFound(end, laws, { constant, average: isAverageBest ? average : undefined }),
  };
}

/** Forms than which none of fewer operations has a smaller error. */
function frontOf(tried: readonly Tried[]): ReadonlySet<Tried> {
  const front = new Set<Tried>();
  let least = Number.POSITIVE_INFINITY;
  for (const one of tried.toSorted((a, b) => a.complexity - b.complexity)) {
    if (!(one.judgement.error < least)) continue;
    least = one.judgement.error;
    front.add(one);
  }
  return front;
}

/** Largest change of a parameter from cut to cut. */
function driftOf({ form, parameters }: Tried, solution: Float64Array): number {
  return form.parameterNames.reduce((most, name, p) => {
    const values = [...parameters, solution].map((one) => one[p]!);
    const range = Math.max(...values) - Math.min(...values);
    const isLogarithm = form.record.parameters[name]!.logarithm === true;
    return Math.max(most, isLogarithm ? range : range / Math.abs(solution[p]!));
  }, 0);
}
