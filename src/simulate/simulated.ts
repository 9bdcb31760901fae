import { getOrInsert } from "../collections.ts";
import type { Form } from "../forms/form.ts";
import { getForm } from "../forms/registry.ts";
import { type RandomStream, randomStream } from "../random.ts";
import type { CheckpointTable, Role } from "../tables/checkpoint-table.ts";

/** A simulated checkpoint table with what is true of it. */
export interface Simulated<Truth> {
  table: CheckpointTable;
  truth: Truth;
}

/** What is true of one subject on one target, at the end of training. */
export interface TargetTruth {
  target: string;
  subject: string;
  /** The laws' values: what such a run has on average (of ln(loss)), without any noise. */
  loss: number;
  accuracy?: number;
  /** The values of this run, with its effect, without checkpoint and evaluation noise. */
  runLoss: number;
  runAccuracy?: number;
}

const cache = new Map<string, Form>();

/**
 * The value of a built-in form, so that a simulated law is the very law that a method fits.
 *
 * @param parameters by name, on the form's natural scale
 * @param variables in the form's order
 */
export function evaluateForm(
  name: string,
  parameters: Readonly<Record<string, number>>,
  variables: number[],
): number {
  const form = getOrInsert(cache, name, () => getForm(name));
  return form.value(
    form.parameterNames.map((parameter) => parameters[parameter] as number),
    variables,
  );
}

/** The effect of a run, which its name and the seed alone determine. */
export function drawRunEffect({ seed, runEffect }: { seed: number; runEffect: number }, run: string): number {
  return runEffect * randomStream(`${seed}/run/${run}`).normal();
}

/** A measured accuracy: the share of right answers among so many questions; of 0 questions the probability itself. */
export function measuredAccuracy(answers: RandomStream, questions: number, probability: number): number {
  return questions === 0 ? probability : answers.binomial(questions, probability) / questions;
}

/** One simulated row; a missing number is NaN. */
export interface SimulatedRow {
  run: { run: string; role: Role; n: number };
  d: number;
  c: number;
  step: number;
  subject: string;
  family: string;
  loss: number;
  accuracy: number;
}

/** The checkpoint table of simulated rows. */
export function simulatedTable(source: string, rows: readonly SimulatedRow[]): CheckpointTable {
  const numbers = (pick: (row: SimulatedRow) => number) => Float64Array.from(rows, pick);
  return {
    source,
    rows: rows.length,
    run: rows.map(({ run }) => run.run),
    role: rows.map(({ run }) => run.role),
    n: numbers(({ run }) => run.n),
    d: numbers(({ d }) => d),
    c: numbers(({ c }) => c),
    step: numbers(({ step }) => step),
    subject: rows.map(({ subject }) => subject),
    family: rows.map(({ family }) => family),
    phase: rows.map(() => null),
    metrics: new Map([
      ["loss", numbers(({ loss }) => loss)],
      ["accuracy", numbers(({ accuracy }) => accuracy)],
    ]),
    mixes: new Map(),
  };
}
