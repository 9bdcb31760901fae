import type { SweepSpec } from "../spec.ts";

/** A named sweep. It leaves table, tasks and targets open. */
export interface Preset {
  name: string;
  description: string;
  spec: SweepSpec;
}
