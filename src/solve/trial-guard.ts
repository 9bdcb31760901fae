import { parentPort, workerData } from "node:worker_threads";

/** Milliseconds between two looks. */
const pause = 500;

/** Number of the process that asks. */
const asker = workerData as number;

/** Whether the process that asks is there. A process whose parent has ended gets another one, but not on Windows. */
function isThere(): boolean {
  try {
    process.kill(asker, 0);
    return process.ppid === asker;
  } catch {
    return false;
  }
}

/** Ends this process with the one that asks, whatever its main thread is at. */
function look(): void {
  if (!isThere()) process.kill(process.pid, "SIGKILL");
}

look();
setInterval(look, pause);
parentPort?.postMessage("on guard");
