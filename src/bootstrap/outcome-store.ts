import type { LeftOut } from "./jackknife.ts";
import type { StageUse } from "./plan-bootstrap.ts";
import type { StageReplicates } from "./resample-stage.ts";
import type { Bootstrap } from "./spec.ts";

/** What resampling a stage takes long to find. */
export interface FoundOutcome {
  replicates: StageReplicates;
  leftOut: LeftOut | undefined;
}

/** A stage to be resampled, and what its numbers depend on. */
export interface OutcomeRequest {
  use: StageUse;
  uses: ReadonlyMap<string, StageUse>;
  bootstrap: Bootstrap;
  seed: number;
  /** Whether fits with a run left out are wanted too. */
  leftOut: boolean;
}

/** Keeps what was found: gives it back, or makes it and keeps it. */
export type OutcomeStore = (
  request: OutcomeRequest,
  make: () => Promise<FoundOutcome>,
) => Promise<FoundOutcome>;
