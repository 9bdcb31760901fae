import type { SweepPlan } from "../plan/plan-sweep.ts";

/** FLOPs whose best use is asked for. */
export interface Budget {
  /** The target whose FLOPs they are; undefined where they are those of the largest fit run. */
  target: string | undefined;
  c: number;
}

/** The FLOPs of each target; without targets those of the largest fit run. */
export function budgetsOf({ targets, index }: Pick<SweepPlan, "targets" | "index">): Budget[] {
  if (targets.length > 0) return targets.map(({ name, c }) => ({ target: name, c }));
  const { role, c } = index.table;
  const largest = c.reduce((most, flops, row) => (role[row] === "fit" && flops > most ? flops : most), 0);
  return [{ target: undefined, c: largest }];
}

/** What laws of N and D have without being asked, by what it calls: at the FLOPs of each target, else of the largest fit run. */
export const builtIn = {
  exponent: "exponent_opt",
  N_opt: "N_opt",
  D_opt: "D_opt",
  L_opt: "L_opt",
} as const;
