import type { z } from "zod";
import { describeValue, UserError } from "../errors.ts";
import { getForm } from "../forms/registry.ts";
import { infoOfValue, keysOf } from "../keys.ts";
import { solverSession } from "../plan/solver.ts";
import type { Loss, Residual, SolveOptions } from "../solve/problem.ts";
import { cutsOf, type HeldOut, type SearchData, sortedRows } from "./data.ts";
import { describeFound, type Found } from "./found.ts";
import { type SearchRequest, type SearchTools, searchForms } from "./search.ts";
import { type SearchSpec, searchSchema } from "./spec.ts";

/** Rows that a law is sought for. All arrays are of one length. */
export interface LawRows {
  /** @default "rows" */
  name?: string;
  /** Inputs of the laws by name, each one number a row. */
  inputs: Readonly<Record<string, ArrayLike<number>>>;
  /** Measured values. */
  response: ArrayLike<number>;
  /** Weight of each row's loss, >= 0. @default all 1 */
  weights?: ArrayLike<number>;
  /** Standard error of each row's residual, > 0. @default unknown */
  sigma?: ArrayLike<number>;
  /** What rows are cut by: the smaller ones are fitted, the larger ones predicted. @default the input C, or 6*N*D */
  cost?: ArrayLike<number>;
  /** Run of each row: rows of one run are resampled together. @default each row is a run of its own */
  runs?: readonly string[];
}

export interface SearchLawsOptions
  extends Omit<SearchSpec, "inputs">,
    Pick<SolveOptions, "seed" | "backend" | "threads"> {
  /** @default squared */
  loss?: Loss;
  /** @default plain */
  residual?: Residual;
  /** Laws that the found one is compared with: names of forms, or expressions in the inputs. @default none */
  laws?: readonly string[];
  /** Rows that are held out of the whole search. @default none */
  test?: Pick<LawRows, "inputs" | "response">;
  /** Inputs to predict at. @default none */
  at?: readonly Readonly<Record<string, number>>[];
  /** Level of the intervals. @default 0.9 */
  level?: number;
  onProgress?: SearchTools["onProgress"];
}

/**
 * Seeks the law of some rows in a grammar: each form is fitted up to several cuts and judged by the larger rows beyond them.
 *
 * @throws UserError for rows without a cost, for too few of them, and for laws and grammars that are not valid
 */
export async function searchLaws(rows: LawRows, options: SearchLawsOptions = {}): Promise<Found> {
  const { loss = { kind: "squared" }, residual = "plain", laws = [], seed = 0, level = 0.9 } = options;
  const { test, at = [], onProgress, backend, threads, ...rest } = options;
  const { grammar, tries, rounds, keep, cuts, first_starts, final_starts, resamples } = rest;
  const given = { grammar, tries, rounds, keep, cuts, first_starts, final_starts, resamples };
  const settings = checkedSettings(
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  );
  const data = dataOf(rows);
  if (cutsOf(sortedRows(data), settings.cuts).length === 0)
    throw new UserError(
      `searchLaws: ${data.name} leaves no cut with at least 6 rows up to it and 2 of a larger cost`,
    );
  const request: SearchRequest = {
    ...{ settings, loss, residual, references: laws, seed, where: "searchLaws" },
    context: { form: (name) => getForm(name) },
  };
  const session = solverSession(undefined, {
    kernels: "interpreted",
    ...(backend && { backend }),
    ...(threads && { threads }),
  });
  try {
    const tools = { solve: session.solve, onProgress };
    const end = await searchForms(data, request, tools);
    const names = Object.keys(rows.inputs);
    const places = at.map((place) => ({
      name: names.map((name) => `${name}=${place[name]}`).join(", "),
      inputs: new Map(Object.entries(place)),
    }));
    return await describeFound(end, request, { test: test && columnsOf(test), places, level }, tools);
  } finally {
    await session.close();
  }
}

function checkedSettings(given: Readonly<Record<string, unknown>>): z.output<typeof searchSchema> {
  const { data, error } = searchSchema.safeParse(given);
  if (error === undefined) return data;
  const [name, ...inner] = error.issues[0]!.path.map(String);
  const { allowed } = infoOfValue(keysOf(searchSchema)![name!]!);
  throw new UserError(
    `searchLaws: ${[name, ...inner].join(".")}: ${describeValue(given[name!])}; allowed: ${allowed}`,
  );
}

function columnsOf({ inputs, response }: Pick<LawRows, "inputs" | "response">): HeldOut {
  const columns = Object.entries(inputs).map(([name, values]) => [name, Float64Array.from(values)] as const);
  return { inputs: new Map(columns), response: Float64Array.from(response) };
}

function dataOf(rows: LawRows): SearchData {
  const { inputs, response } = columnsOf(rows);
  const [n, d, c] = ["N", "D", "C"].map((name) => inputs.get(name));
  const cost = rows.cost ?? c ?? (n && d && n.map((value, row) => 6 * value * d[row]!));
  if (cost === undefined)
    throw new UserError("searchLaws: cost is missing; allowed: one number a row, or inputs N and D, or C");
  const all = {
    ...rows.inputs,
    response,
    cost,
    ...(rows.weights && { weights: rows.weights }),
    ...(rows.sigma && { sigma: rows.sigma }),
  };
  for (const [name, values] of Object.entries(all)) {
    const wrong = Array.from(values).findIndex((value) => !Number.isFinite(value));
    if (values.length !== response.length || wrong >= 0)
      throw new UserError(
        `searchLaws: ${name}: ${wrong >= 0 ? `value ${wrong + 1} is ${values[wrong]}` : `${values.length} values`}; allowed: ${response.length} finite numbers`,
      );
  }
  return {
    ...{ name: rows.name ?? "rows", inputs, response, runs: rows.runs },
    cost: Float64Array.from(cost),
    weights: rows.weights && Float64Array.from(rows.weights),
    sigma: rows.sigma && Float64Array.from(rows.sigma),
  };
}
