import type { Form } from "../forms/form.ts";
import { furtherInputs } from "../forms/size-inputs.ts";
import type { AskedBudget } from "../identifiability/best-uses.ts";
import { sizeAt } from "../methods/runs.ts";
import type { SweepPlan } from "../plan/plan-sweep.ts";

/** FLOPs whose best use is asked for. */
export interface Budget {
  /** The target whose FLOPs they are; undefined where they are those of the largest fit run. */
  target: string | undefined;
  c: number;
  /** Inputs of laws there, by name; undefined where the table and the sweep have none. */
  inputs: ReadonlyMap<string, number> | undefined;
}

/** The FLOPs of each target; without targets those of the largest fit run. */
export function budgetsOf({ targets, index }: Pick<SweepPlan, "targets" | "index">): Budget[] {
  if (targets.length > 0) return targets.map(({ name, c, inputs }) => ({ target: name, c, inputs }));
  const { role, c } = index.table;
  const largest = c.reduce(
    (most, flops, row) => (role[row] === "fit" && flops > (c[most] ?? 0) ? row : most),
    -1,
  );
  return [
    largest < 0
      ? { target: undefined, c: 0, inputs: undefined }
      : { target: undefined, c: c[largest]!, inputs: sizeAt(index.table, largest).inputs },
  ];
}

/** What a law of model size and tokens takes beside them, as it is at a budget; what is not known there is left out. */
export function heldAt(form: Form, { inputs }: Budget): Record<string, number> {
  const known = (furtherInputs(form) ?? []).map((name) => [name, inputs?.get(name) ?? Number.NaN] as const);
  return Object.fromEntries(known.filter(([, value]) => !Number.isNaN(value)));
}

/** Budgets as they are asked of a law. */
export const askedBudgets = (form: Form, budgets: readonly Budget[]): AskedBudget[] =>
  budgets.map((budget) => ({ c: budget.c, held: heldAt(form, budget) }));

/** Further inputs as text, of which quantities are read with every digit: `experts=8, K=8`. */
export const heldText = (held: Readonly<Record<string, number>>): string =>
  Object.entries(held)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");

/** What laws of N and D have without being asked, by what it calls: at the FLOPs of each target, else of the largest fit run. */
export const builtIn = {
  exponent: "exponent_opt",
  N_opt: "N_opt",
  D_opt: "D_opt",
  L_opt: "L_opt",
} as const;
