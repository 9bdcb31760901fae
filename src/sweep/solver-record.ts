import type { KernelCounts, SolveOptions } from "../solve/problem.ts";

/** What a solver said of itself while it worked; part of the manifest. */
export interface SolverRecord {
  /** What solved: device, compiler, instruction set, threads. */
  backend: string;
  /** What did not go as planned but lost nothing: a GPU given up, batches halved. */
  warnings: string[];
  kernels: KernelCounts;
}

export interface SolverListeners {
  onStatus?: ((line: string) => void) | undefined;
  onWarning?: ((line: string) => void) | undefined;
}

/** Keeps what a solver says, and passes it on: the backend as a line of status, warnings as they come. */
export function recordSolver({ onStatus, onWarning }: SolverListeners): {
  record: SolverRecord;
  options: Required<Pick<SolveOptions, "onBackend" | "onWarning" | "onKernels">>;
} {
  const record: SolverRecord = { backend: "", warnings: [], kernels: { kernels: 0, compiled: 0 } };
  const options = {
    onBackend: (description: string, passedOver: readonly string[]) => {
      record.backend = description;
      onStatus?.([`backend: ${description}`, ...passedOver.map((reason) => `not ${reason}`)].join("; "));
    },
    onWarning: (line: string) => {
      record.warnings.push(line);
      onWarning?.(line);
    },
    onKernels: (kernels: KernelCounts) => {
      record.kernels = { ...kernels };
    },
  };
  return { record, options };
}
