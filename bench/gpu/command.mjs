import { spawn } from "node:child_process";

/**
 * Runs a program to its end, or to its time limit.
 *
 * @returns {Promise<{code: number | null, output: string, reason?: string}>} its exit code, everything it printed, and
 * why it has no exit code
 */
export function run(command, args, { limit = 600, ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, limit * 1000);
    const keep = (bytes) => {
      output = (output + bytes).slice(-100_000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => {
      clearTimeout(timer);
      resolve({ code: null, output, reason: error.code === "ENOENT" ? "not found" : error.message });
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, output, ...(late && { reason: `not done after ${limit} s` }) });
    });
  });
}

/** The last line of a text that is not empty. */
export function lastLine(text) {
  return text.trim().split("\n").at(-1) ?? "";
}
