import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

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

/**
 * The first of $CXX, g++, clang++ that runs, or why there is none.
 *
 * @param signal ends its runs
 */
export async function findCompiler(signal?: AbortSignal): Promise<Compiler | { reason: string }> {
  const { CXX } = process.env;
  const tried: string[] = [];
  for (const command of CXX ? [CXX] : ["g++", "clang++"]) {
    const [program = command, ...words] = command.trim().split(/\s+/);
    try {
      const { stdout } = await run(program, [...words, "--version"], { signal });
      return { command, program, words, version: stdout.split("\n")[0]!.trim(), signal };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      tried.push(`${command}: ${code === "ENOENT" ? "not found" : `failed (${code})`}`);
    }
  }
  return { reason: `no C++ compiler (${tried.join(", ")})` };
}

/** Runs the compiler; its own messages are in the error. */
export async function compile(compiler: Compiler, argumentsOfIt: string[], cwd: string): Promise<void> {
  try {
    const { program, words, signal } = compiler;
    await run(program, [...words, ...argumentsOfIt], { cwd, maxBuffer: 1 << 24, signal });
  } catch (error) {
    const { stderr = "", message } = error as { stderr?: string; message: string };
    throw new Error(`${compiler.command} could not compile a kernel: ${stderr.trim() || message}`);
  }
}
