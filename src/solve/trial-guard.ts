import { parentPort, workerData } from "node:worker_threads";

/** Milliseconds between two checks. */
const pause = 500;

/** Number of the process that uses this one. */
const client = workerData as number;

/** Whether that process still runs. When a parent ends its children get another one, except on Windows. */
function isThere(): boolean {
  try {
    process.kill(client, 0);
    return process.ppid === client;
  } catch {
    return false;
  }
}

/** Ends this process when the one that uses it has ended, whatever its main thread is doing. */
function look(): void {
  if (!isThere()) process.kill(process.pid, "SIGKILL");
}

look();
setInterval(look, pause);
parentPort?.postMessage("on guard");
