import type { Meter } from "./meter.ts";
import type { Ownership } from "./part.ts";
import type { PreparedSweep } from "./prepare-sweep.ts";

/** Fits that a sweep will make, as far as that can be told before: of a phase each. */
export interface PlannedFits {
  /** Problems that can be solved. */
  problems: number;
  solve: number;
  bootstrap: number;
  /** Cuts are smaller sweeps: taken as the sweep itself, each. */
  backtest: number;
}

type Planned = Pick<PreparedSweep, "sweep" | "plan" | "cuts">;

/** Counts the fits of a prepared sweep. @param ownership of the part that is to be run */
export function countFits({ sweep, plan, cuts }: Planned, ownership?: Ownership): PlannedFits {
  const { shared } = plan;
  const open = shared.problems.filter(
    ({ key }) => !shared.unsolvable.has(key) && (ownership?.owns(key) ?? true),
  );
  const { starts } = sweep.solve;
  const { bootstrap } = sweep;
  const replicates = bootstrap === undefined ? 0 : bootstrap.resamples * (1 + bootstrap.freshStarts);
  const once = { solve: open.length * starts, bootstrap: open.length * replicates };
  return {
    problems: open.length,
    ...once,
    backtest: (cuts?.cuts.length ?? 0) * (once.solve + once.bootstrap),
  };
}

/** Tells a meter what is planned. */
export function planFits(meter: Meter, prepared: Planned, ownership?: Ownership): void {
  const { solve, bootstrap, backtest } = countFits(prepared, ownership);
  meter.plan("solve", solve);
  meter.plan("bootstrap", bootstrap);
  meter.plan("backtest", backtest);
  meter.cellsPlanned(prepared.plan.cells.length);
}
