import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Kernel, KernelAnswer, KernelRequest, StartsRequest } from "./kernel.ts";
import { bindLibrary, instructionSetIn, kernelIn } from "./native-library.ts";

/** What is asked of a suspected library. */
export type TrialTask = { path: string } & (
  | { kind: "instruction set" }
  | { kind: "load"; parameters: number }
  | { kind: "solve"; parameters: number; request: KernelRequest }
  | { kind: "starts"; parameters: number; request: StartsRequest; range: Float64Array }
);

export type TrialAnswer = KernelAnswer | Float64Array | string;

/** A task on its way to the process, and its answer or error on the way back. */
export interface TrialMessage {
  number: number;
  task: TrialTask;
}
export type TrialReply = { number: number } & ({ answer: TrialAnswer } | { error: string });

// While a library is loaded this thread hears of nothing: another one must look after the process that asks, and before the first load.
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

async function run(task: TrialTask): Promise<TrialAnswer> {
  await guarded;
  if (task.kind === "instruction set") return bindLibrary(task.path, instructionSetIn);
  const kernel = kernelOf(task.path, task.parameters);
  if (task.kind === "solve") return kernel.solve(task.request);
  if (task.kind === "starts") return kernel.starts(task.request, task.range);
  return "loaded";
}

process.on("message", async ({ number, task }: TrialMessage) => {
  const reply: TrialReply = await run(task).then(
    (answer) => ({ number, answer }),
    (error: unknown) => ({ number, error: error instanceof Error ? error.message : String(error) }),
  );
  process.send!(reply);
});
// It ends when the process that asks does, at once: libraries have code for the end too. What ends that one in order is no business of this one.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
