import { spawn } from "node:child_process";

/** How a program ended, and what it printed. */
export interface ProgramEnd {
  /** Undefined where it ended well; else why not, for people: "exit code 1", "SIGSEGV", "no end after 120 s". */
  failure: string | undefined;
  isTimedOut: boolean;
  stdout: string;
  stderr: string;
}

/** Characters that are kept of each of a program's outputs; the rest is read and dropped. */
const keptLength = 1 << 16;

/** Milliseconds to wait for the end of the outputs of a program that has ended: what it left running may hold them open. */
const patience = 1000;

/** Programs that run: they and what they have started end with this process. */
const running = new Set<() => void>();
process.on("exit", () => {
  for (const kill of running) kill();
});

/**
 * Runs a program without input, at most for so many seconds and until the signal; then it is killed with all that it has started.
 *
 * @throws NodeJS.ErrnoException where it cannot be started; the signal's reason where that ended it
 */
export async function runProgram(
  program: string,
  words: readonly string[],
  {
    cwd,
    seconds,
    signal: stop,
  }: { cwd?: string | undefined; seconds: number; signal?: AbortSignal | undefined },
): Promise<ProgramEnd> {
  stop?.throwIfAborted();
  return new Promise((resolve, reject) => {
    // In a group of its own, so that a wrapper's children can be killed with it.
    const isGroup = process.platform !== "win32";
    const child = spawn(program, words, {
      ...(cwd !== undefined && { cwd }),
      stdio: ["ignore", "pipe", "pipe"],
      detached: isGroup,
      windowsHide: true,
    });
    const outputs = [child.stdout, child.stderr].map((stream) => {
      const output = { text: "", length: 0 };
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => {
        if (output.length < keptLength) output.text += text.slice(0, keptLength - output.length);
        output.length += text.length;
      });
      stream.on("error", () => {});
      return output;
    });
    let isTimedOut = false;
    const kill = (): void => {
      try {
        if (isGroup) process.kill(-child.pid!, "SIGKILL");
        else child.kill("SIGKILL");
      } catch {
        // It has ended.
      }
    };
    running.add(kill);
    stop?.addEventListener("abort", kill);
    const limit = setTimeout(() => {
      isTimedOut = true;
      kill();
    }, seconds * 1000);
    const end = (): void => {
      clearTimeout(limit);
      running.delete(kill);
      stop?.removeEventListener("abort", kill);
    };
    child.on("error", (error) => {
      end();
      reject(error);
    });
    child.on("exit", () => {
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, patience).unref();
    });
    child.on("close", (code, signal) => {
      end();
      if (stop?.aborted) return reject(stop.reason);
      const ended = signal ?? (code === 0 ? undefined : `exit code ${code}`);
      resolve({
        failure: isTimedOut ? `no end after ${seconds} s` : ended,
        isTimedOut,
        stdout: outputs[0]!.text,
        stderr: outputs[1]!.text,
      });
    });
  });
}
