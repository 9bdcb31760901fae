import { vi } from "vitest";
import { runCommandLine } from "../../src/cli/main.ts";

/** What a command line printed, and its exit code. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command line in this process. */
export async function lawfit(...words: string[]): Promise<Outcome> {
  const outcome: Outcome = { code: 0, stdout: "", stderr: "" };
  const capture = (stream: "stdout" | "stderr") =>
    vi.spyOn(process[stream], "write").mockImplementation((text) => {
      outcome[stream] += text;
      return true;
    });
  const log = vi.spyOn(console, "log").mockImplementation((text) => {
    outcome.stdout += `${text}\n`;
  });
  const spies = [capture("stdout"), capture("stderr"), log];
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await runCommandLine(words);
    return { ...outcome, code: Number(process.exitCode ?? 0) };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}
