import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Kernel, KernelAnswer, KernelRequest, StartsRequest } from "./kernel.ts";
import { bindLibrary, instructionSetIn, kernelIn } from "./native-library.ts";

/** What is asked of a suspected library, which has this path. */
export type TrialTask = { path: string } & (
  | { kind: "instruction set" }
  | { kind: "load"; parameters: number }
  | { kind: "solve"; parameters: number; request: KernelRequest }
  | { kind: "starts"; parameters: number; request: StartsRequest; range: Float64Array }
);

export type TrialAnswer = KernelAnswer | Float64Array | string;

/** A task on its way to the process, and below its answer or error on the way back. */
export interface TrialMessage {
  number: number;
  task: TrialTask;
}
export type TrialReply = { number: number } & ({ answer: TrialAnswer } | { error: string });

// This thread receives no events while a library is loaded, so another one watches the process that uses this one; it must run
// before the first library is loaded.
const guard = new Worker(new URL("./trial-guard.js", import.meta.url), {
  workerData: Number(process.argv[2]),
});
const guarded = once(guard, "message").then(() => guard.unref());

const kernels = new Map<string, Kernel>();

function kernelOf(path: string, parameters: number): Kernel {
  let kernel = kernels.get(path);
  if (!kernel) {
    kernel = bindLibrary(path, (library) => kernelIn(library, parameters));
    kernels.set(path, kernel);
  }
  return kernel;
}

async function perform(task: TrialTask): Promise<TrialAnswer> {
  await guarded;
  if (task.kind === "instruction set") return bindLibrary(task.path, instructionSetIn);
  const kernel = kernelOf(task.path, task.parameters);
  if (task.kind === "solve") return kernel.solve(task.request);
  if (task.kind === "starts") return kernel.starts(task.request, task.range);
  return "loaded";
}

process.on("message", async ({ number, task }: TrialMessage) => {
  const reply: TrialReply = await perform(task).then(
    (answer) => ({ number, answer }),
    (error: unknown) => ({ number, error: error instanceof Error ? error.message : String(error) }),
  );
  process.send!(reply);
});
// The process that uses this one has ended. This one is killed, because the exit code of a library could fault or hang; signals that
// end the other in order are ignored here.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
