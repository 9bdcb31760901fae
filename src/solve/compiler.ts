import { spawn } from "node:child_process";
import { UserError } from "../errors.ts";
import { NoKernelError } from "./fallback.ts";

/** How a program ended, and what it printed. */
interface ProgramEnd {
  /** Undefined where it succeeded; else the reason, for people: "exit code 1", "SIGSEGV", "did not end within 120 s". */
  failure: string | undefined;
  isTimedOut: boolean;
  stdout: string;
  stderr: string;
}

/** Number of characters that are kept of each output of a program; the rest is read and dropped. */
const keptLength = 1 << 16;

/** Milliseconds to wait for the outputs of a program that has ended, because processes that it started may hold them open. */
const patience = 1000;

/** Kills each program that runs, with the processes that it has started; called when this process ends. */
const running = new Set<() => void>();
process.on("exit", () => {
  for (const kill of running) kill();
});

/**
 * Runs a program without input. At the time limit or the signal it is killed, with all processes that it has started.
 *
 * @throws NodeJS.ErrnoException where it cannot be started; the signal's reason where the signal ended it
 */
async function runProgram(
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
    // A process group of its own, so that the children of a wrapper are killed with it.
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
        // The program has ended.
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
        failure: isTimedOut ? `did not end within ${seconds} s` : ended,
        isTimedOut,
        stdout: outputs[0]!.text,
        stderr: outputs[1]!.text,
      });
    });
  });
}

/** A C++ compiler that runs. */
export interface Compiler {
  /** The command as the user gave it: `g++`, `ccache g++`. */
  command: string;
  program: string;
  /** Words of the command after the program. */
  words: string[];
  /** First line of `--version`. */
  version: string;
  /** Ends its compilations. */
  signal?: AbortSignal | undefined;
}

/** Seconds that a compiler may take to say its version. */
export const versionLimit = 20;

/**
 * The first of $CXX, g++ and clang++ that runs, or the reason why there is none.
 *
 * @param signal ends its compilations, with the signal's reason
 */
export async function findCompiler(signal?: AbortSignal): Promise<Compiler | { reason: string }> {
  const { CXX } = process.env;
  const tried: string[] = [];
  for (const command of CXX ? [CXX] : ["g++", "clang++"]) {
    const [program = command, ...words] = command.trim().split(/\s+/);
    const { failure, stdout } = await runCompiler(program, [...words, "--version"], {
      seconds: versionLimit,
      signal,
    });
    if (failure === undefined)
      return { command, program, words, version: oneLine(stdout.split("\n")[0]!), signal };
    tried.push(`${command}: ${failure}`);
  }
  return { reason: `no C++ compiler (${tried.join(", ")})` };
}

/**
 * Runs the compiler for at most `compileLimit` seconds.
 *
 * @throws NoKernelError with the first error message of the compiler; the reason of its signal
 */
export async function compile(
  { command, program, words, signal }: Compiler,
  argumentsOfIt: string[],
  cwd: string,
): Promise<void> {
  const { failure, isTimedOut, stderr } = await runCompiler(program, [...words, ...argumentsOfIt], {
    seconds: compileLimit(),
    cwd,
    signal,
  });
  if (failure === undefined) return;
  const why = isTimedOut ? `${failure}; LAWFIT_COMPILE_LIMIT sets the seconds` : failure;
  const said = stderr.trim() === "" || isTimedOut ? "" : `: ${firstError(stderr)}`;
  throw new NoKernelError(`${command} could not compile a kernel (${why})${said}`, isTimedOut);
}

/**
 * Seconds that compiling a kernel may take: $LAWFIT_COMPILE_LIMIT, else 300. The largest kernels take 10, and more on a busy machine.
 *
 * @throws UserError where the variable is not a number of seconds up to an hour
 */
export function compileLimit(): number {
  const given = process.env.LAWFIT_COMPILE_LIMIT;
  if (!given) return 300;
  const seconds = Number(given);
  if (seconds > 0 && seconds <= 3600) return seconds;
  throw new UserError(`LAWFIT_COMPILE_LIMIT: "${given}" is not allowed; seconds above 0, up to 3600`);
}

/** The first error message of a compiler, on one line. */
export function firstError(messages: string): string {
  const lines = messages.split("\n").map(oneLine);
  return lines.find((line) => /error/i.test(line)) ?? lines.find((line) => line !== "") ?? "no message";
}

/**
 * Runs a compiler as `runProgram` does; one that cannot be started counts as failed.
 *
 * @throws the signal's reason where the signal ended it
 */
export async function runCompiler(
  program: string,
  words: string[],
  options: Parameters<typeof runProgram>[2],
): Promise<ProgramEnd> {
  try {
    return await runProgram(program, words, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    const { code = "" } = error as NodeJS.ErrnoException;
    const failure = code === "ENOENT" ? "not found" : `cannot be started (${code})`;
    return { failure, isTimedOut: false, stdout: "", stderr: "" };
  }
}

/** A text without control characters, shortened to 300 characters. */
function oneLine(text: string): string {
  const line = text.replace(/\p{Cc}+/gu, " ").trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
