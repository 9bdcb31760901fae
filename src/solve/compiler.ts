import { spawn } from "node:child_process";
import { UserError } from "../errors.ts";
import { NoKernelError } from "./fallback.ts";

/** How a program ended, and what it printed. */
interface ProgramEnd {
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

/** A C++ compiler that answers. */
export interface Compiler {
  /** The command as the user gave it: `g++`, `ccache g++`. */
  command: string;
  program: string;
  /** Words of the command after the program. */
  words: string[];
  /** First line of `--version`. */
  version: string;
  /** Ends what it compiles. */
  signal?: AbortSignal | undefined;
}

/** Seconds that a compiler may take to say its version. */
export const versionLimit = 20;

/**
 * The first of $CXX, g++, clang++ that runs, or why there is none.
 *
 * @param signal ends its runs, with the signal's reason
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
 * @throws NoKernelError with the first of its own messages; the reason of its signal
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
 * Seconds that a compiler may take for a kernel: $LAWFIT_COMPILE_LIMIT, else 300: the largest kernels take 10, and a shared machine may have little time for them.
 *
 * @throws UserError where it is no number of seconds up to an hour
 */
export function compileLimit(): number {
  const given = process.env.LAWFIT_COMPILE_LIMIT;
  if (!given) return 300;
  const seconds = Number(given);
  if (seconds > 0 && seconds <= 3600) return seconds;
  throw new UserError(`LAWFIT_COMPILE_LIMIT: "${given}" is not allowed; seconds above 0, up to 3600`);
}

/** A compiler's first complaint, on one line; its whole output is dozens. */
export function firstError(messages: string): string {
  const lines = messages.split("\n").map(oneLine);
  return lines.find((line) => /error/i.test(line)) ?? lines.find((line) => line !== "") ?? "no message";
}

/**
 * Runs a compiler, as `runProgram` does; one that cannot be started has failed.
 *
 * @throws the signal's reason where that ended it
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

/** Without what moves a terminal's cursor, and of a length that can be read. */
function oneLine(text: string): string {
  const line = text.replace(/\p{Cc}+/gu, " ").trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
