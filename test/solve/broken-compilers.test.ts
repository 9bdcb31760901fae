import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { UserError } from "../../src/errors.ts";
import { openBackend } from "../../src/solve/backends.ts";
import { openNative } from "../../src/solve/native.ts";
import type { Problem, SolveOptions, SolveResult } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { cxx, hasPortable } from "../kernels/toolchains.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { cases, problemOf } from "./cases.ts";
import { compiles, fakeCompiler, processorIsReal } from "./fake-compilers.ts";

const { folder } = temporaryFolder();
const [linear, powerLaw] = ["linear", "power-law"].map((name) =>
  problemOf(cases.find(({ form }) => form.name === name)!, { noise: 0.1 }),
);
const own = problemOf(cases.find(({ builtIn }) => !builtIn)!, { noise: 0.1 });

let number = 0;
beforeEach(() => {
  vi.stubEnv("LAWFIT_CACHE", join(folder, `cache${number++}`));
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Results, what solved, why not what goes before it, and warnings. */
async function solveWith(
  compiler: string,
  { backend = "cpu", problems = [linear!] }: { backend?: SolveOptions["backend"]; problems?: Problem[] } = {},
): Promise<{ results: SolveResult[]; solver: string; passedOver: string[]; warnings: string[] }> {
  vi.stubEnv("CXX", compiler);
  let [solver, passedOver]: [string, string[]] = ["", []];
  const warnings: string[] = [];
  const results = await solveProblems(problems, {
    backend: backend!,
    starts: 4,
    threads: 2,
    onWarning: (line) => warnings.push(line),
    onBackend: (description, reasons) => {
      [solver, passedOver] = [description, [...reasons]];
    },
  });
  return { results, solver, passedOver, warnings };
}

/** What a compiler does, and what is said of it. */
const broken: readonly (readonly [what: string, body: string, said: RegExp])[] = [
  [
    "fails",
    'echo "note: thinking" >&2; echo "fatal error: out of ideas" >&2; exit 1',
    /could not compile a kernel \(exit code 1\): fatal error: out of ideas$/,
  ],
  ["crashes", "kill -SEGV $$", /could not compile a kernel \(SIGSEGV\)$/],
  [
    "has no space left",
    `echo "x.s: Fatal error: can't write 37 bytes: 'No space left on device'" >&2; exit 1`,
    /'No space left on device'$/,
  ],
  [
    "prints 20 MB and fails",
    'yes "error: too much" | head -c 20000000 >&2; exit 1',
    /\(exit code 1\): error: too much$/,
  ],
  [
    "moves the cursor in its messages",
    `printf 'error: \\033[2J gone\\r\\n' >&2; exit 1`,
    /error: {2}\[2J gone$/,
  ],
  ["writes nothing", "exit 0", /succeeded but wrote no kernel$/],
  ["writes an empty file", ': > "$out"', /succeeded but wrote no kernel$/],
  ["writes a pipe", 'mkfifo "$out"', /succeeded but wrote no kernel$/],
  ["writes text", 'echo "a kernel" > "$out"', /the output of .*writes-text is not a kernel: [^\n]+$/],
];
/** Those that need a real one behind them. */
const brokenReal: typeof broken = [
  ["writes another library", compiles("int nothing;"), /is not a kernel: .*lawfit_instruction_set/],
  [
    "writes a library that faults as it loads",
    compiles("static int fault() { return *(volatile int*)8; } static int at_once = fault();"),
    /the compiled test of the processor faults \(SIG(SEGV|BUS)\); to try it again, remove .*\.faulted$/,
  ],
];

/** Skipped without the WebAssembly kernels that these lead to. */
const isSkipped = !hasPortable || process.platform === "win32";

describe.skipIf(isSkipped)("a compiler that is broken leads to WebAssembly", () => {
  test.for([...broken, ...(cxx === undefined ? [] : brokenReal)])(
    "one that %s",
    async ([what, body, said]) => {
      const compiler = fakeCompiler(folder, what.replaceAll(" ", "-"), body);
      if (!wholeCrosses && what !== "fails" && what !== "writes text") {
        // All but two are asked for no more than the reason, which is what WebAssembly is taken for.
        vi.stubEnv("CXX", compiler);
        const { reason } = (await openNative(1)) as { reason: string };
        expect(reason).toMatch(said);
        expect(reason).not.toMatch(/\n|\p{Cc}/u);
        return;
      }
      const { results, solver, passedOver, warnings } = await solveWith(compiler);
      expect(results[0]).toHaveProperty("solution");
      expect(solver).toContain("WebAssembly");
      expect(passedOver).toEqual([expect.stringMatching(said)]);
      expect(passedOver[0]).not.toMatch(/\n|\p{Cc}/u);
      expect(warnings).toEqual([]);
    },
  );

  test("one that does not end is killed with what it started", async () => {
    vi.stubEnv("LAWFIT_COMPILE_LIMIT", "0.5");
    const pid = join(folder, "pid");
    vi.stubEnv("CXX", fakeCompiler(folder, "hangs", `sleep 1000 & echo $! > ${pid}; wait`));
    expect(await openNative(1)).toEqual({
      reason: expect.stringMatching(/did not end within 0.5 s; LAWFIT_COMPILE_LIMIT sets/),
    });
    const sleeper = Number(readFileSync(pid, "utf8"));
    await vi.waitFor(() => {
      // A process that is killed and not yet reaped, in a container without an init, is still listed.
      const state = existsSync(`/proc/${sleeper}/stat`)
        ? readFileSync(`/proc/${sleeper}/stat`, "utf8").split(") ")[1]![0]
        : "gone";
      expect(["gone", "Z"]).toContain(state);
    });
  });

  test("a signal ends it at once", async () => {
    const interrupt = new AbortController();
    const begin = performance.now();
    setTimeout(() => interrupt.abort(new Error("enough")), 300);
    vi.stubEnv("CXX", fakeCompiler(folder, "slow", "sleep 1000"));
    await expect(openNative(1, { signal: interrupt.signal })).rejects.toThrow("enough");
    expect(performance.now() - begin).toBeLessThan(500_000);
  });

  test("a limit that is no number of seconds is a user's mistake", async () => {
    vi.stubEnv("LAWFIT_COMPILE_LIMIT", "soon");
    const solving = solveWith(fakeCompiler(folder, "any", "exit 1"));
    await expect(solving).rejects.toThrow(
      new UserError('LAWFIT_COMPILE_LIMIT: "soon" is not allowed; seconds above 0, up to 3600'),
    );
  });
});

describe.skipIf(cxx === undefined || isSkipped)(
  "a compiler that breaks after the first call (skipped without a C++ compiler)",
  () => {
    const late = (name: string, body: string): string =>
      fakeCompiler(folder, name, `${processorIsReal}\n${body}`);
    const problems = [linear!, powerLaw!];

    test("its kernels are WebAssembly's, which is said once", async () => {
      const compiler = late("no-licence", 'echo "error: no licence" >&2; exit 1');
      const { results, solver, warnings } = await solveWith(compiler, { problems });
      const portable = await solveWith(compiler, { problems, backend: "portable" });
      expect(results).toEqual(portable.results);
      expect(solver).not.toContain("WebAssembly");
      expect(warnings).toEqual([
        `${compiler} could not compile a kernel (exit code 1): error: no licence; its problems are solved by WebAssembly`,
      ]);
    });

    test("one that does not end is waited for once", async () => {
      const calls = join(folder, "calls");
      const compiler = late("late", `echo call >> ${calls}; sleep 1000`);
      vi.stubEnv("CXX", compiler);
      await (await openBackend("native", 1)).close();
      vi.stubEnv("LAWFIT_COMPILE_LIMIT", "1");
      const { warnings, results } = await solveWith(compiler, {
        problems: [linear!, { ...linear!, loss: { kind: "huber", delta: 0.1 } }, powerLaw!],
      });
      for (const result of results) expect(result).toHaveProperty("solution");
      expect(warnings).toHaveLength(1);
      // As many as there are threads at the most, all at the beginning.
      expect(readFileSync(calls, "utf8").split("\n").length - 1).toBeLessThanOrEqual(2);
    });

    test("who named the native backend is told; a form of a user's own is interpreted", async () => {
      const compiler = late("broken", 'echo "error: no" >&2; exit 1');
      const message = "could not compile a kernel (exit code 1): error: no";
      const native = await solveWith(compiler, { backend: "native" }).catch((error: unknown) => error);
      expect(native).toBeInstanceOf(UserError);
      expect((native as UserError).message).toBe(`${compiler} ${message}`);
      const { warnings, results } = await solveWith(compiler, { problems: [own] });
      expect(results[0]).toHaveProperty("solution");
      expect(warnings).toEqual([`${compiler} ${message}; its problems are solved by WebAssembly`]);
    });

    test("one that prints 20 MB and compiles is as good as any", async () => {
      const compiler = late("loud", 'yes "warning: x" | head -c 20000000 >&2; exec "$real" "$@"');
      const { solver, warnings } = await solveWith(compiler);
      expect(solver).not.toContain("WebAssembly");
      expect(warnings).toEqual([]);
    });
  },
);
