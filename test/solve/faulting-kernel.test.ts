import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { UserError } from "../../src/errors.ts";
import { getForm } from "../../src/forms/registry.ts";
import { packageFolder } from "../../src/solve/paths.ts";
import type { Problem, SolveOptions, SolveResult } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { type ProcessIdentity, thisProcess } from "../../src/store/machine.ts";
import { cxx, hasPortable } from "../kernels/toolchains.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { compiles, fakeCompiler } from "./fake-compilers.ts";

const { folder } = temporaryFolder();

const x = [1, 2, 3, 4, 5, 6, 7, 8];
const shared = { loss: { kind: "squared" }, residual: "plain" } as const;
const given = [
  {
    ...shared,
    form: "linear",
    variables: [x],
    response: x.map((v) => 2 - 0.1 * v + 0.01 * (v % 3)),
    key: "a",
  },
  { ...shared, form: "power-law", variables: [x], response: x.map((v) => 3 / v + 0.01 * (v % 3)), key: "b" },
];
const problems = given.map(
  ({ form, variables, response, ...rest }): Problem => ({
    ...rest,
    form: getForm(form),
    variables: variables.map((values) => Float64Array.from(values)),
    response: Float64Array.from(response),
  }),
);
const settings = { backend: "cpu", starts: 4, threads: 2 } as const;

/** Compiles a source once for all tests. */
const onceCompiled = (name: string): string =>
  `made=${join(folder, name)}; if [ ! -f $made ]; then "$real" "$@" && cp "$out" $made; else cp $made "$out"; fi`;

/** A compiler whose kernel of the line, and no other, does wrong. */
function compilerOf(name: string, kernelOfTheLine: string): string {
  return fakeCompiler(
    folder,
    name,
    `case "$*" in
*processor.cpp*) ${onceCompiled("processor")} ;;
*) if grep -q lf::exp form.hpp; then ${onceCompiled("power")}; else
${kernelOfTheLine}
fi ;; esac`,
  );
}

const faultsAlways = compiles(`extern "C" void lawfit_starts() {}
extern "C" void lawfit_solve() { *(volatile int*)8 = 1; }
extern "C" void lawfit_solve_many() { lawfit_solve(); }`);

/** The kernel as it is, but for the last requests of a problem, those that make the best fit exact. */
const faultsLate = `cat > late.cpp <<'END'
#define lawfit_solve whole_solve
#define lawfit_solve_many whole_solve_many
#include "cpu.cpp"
#undef lawfit_solve
#undef lawfit_solve_many
extern "C" void lawfit_solve(int32_t a, int32_t flags, uint32_t b, uint32_t c, int32_t d, int32_t e, int32_t f, int32_t g, int32_t h,
    int32_t i, int32_t j, uint32_t k, int32_t l, double m, const double* n, const double* o, const double* p, double* q, int32_t* r) {
  if (flags & 2) *(volatile int*)8 = 1;
  whole_solve(a, flags, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r);
}
extern "C" void lawfit_solve_many(int32_t requests, const int32_t* numbers, const double* in, double* real, int32_t* whole) {
  for (int r = 0; r < requests; ++r)
    if (numbers[r * (numbers_of_one + places_of_one) + 1] & 2) *(volatile int*)8 = 1;
  whole_solve_many(requests, numbers, in, real, whole);
}
END
for word in "$@"; do shift; case "$word" in *cpu.cpp) word=late.cpp ;; esac; set -- "$@" "$word"; done
"$real" "$@"`;

interface Solved {
  results: SolveResult[];
  warnings: string[];
}

async function solve(options: SolveOptions = {}): Promise<Solved> {
  const warnings: string[] = [];
  const onWarning = (line: string) => warnings.push(line);
  return { results: await solveProblems(problems, { ...settings, ...options, onWarning }), warnings };
}

/** The same in a process of its own. */
function solveElsewhere(): NodeJS.Signals | number | null {
  const program = `
import { getForm } from "${pathToFileURL(join(packageFolder, "dist", "forms", "registry.js"))}";
import { solveProblems } from "${pathToFileURL(join(packageFolder, "dist", "solve", "solve.js"))}";
const problems = ${JSON.stringify(given)}.map((problem) => ({
  ...problem,
  form: getForm(problem.form),
  variables: problem.variables.map((values) => Float64Array.from(values)),
  response: Float64Array.from(problem.response),
}));
await solveProblems(problems, ${JSON.stringify(settings)});`;
  const { signal, status } = spawnSync(process.execPath, ["--input-type=module", "-e", program]);
  return signal ?? status;
}

let number = 0;
let cache: string;
beforeEach(() => {
  cache = join(folder, `cache${number++}`);
  vi.stubEnv("LAWFIT_CACHE", cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const beside = (ending: RegExp): string[] => readdirSync(cache).filter((name) => ending.test(name));

describe.skipIf(cxx === undefined || !hasPortable || process.platform === "win32")(
  "a kernel that faults (skipped without a C++ compiler and WebAssembly kernels)",
  () => {
    test("ends its process; the next run names it, and WebAssembly solves its problems", async () => {
      vi.stubEnv("CXX", compilerOf("faults-always", faultsAlways));
      expect(solveElsewhere()).toMatch(/^SIG(SEGV|BUS)$/);
      expect(beside(/\.running\./)).not.toEqual([]);

      const next = await solve();
      const portable = await solve({ backend: "portable" });
      expect(next.results[0]).toEqual(portable.results[0]);
      expect(next.results[1]).toHaveProperty("solution");
      expect(next.warnings).toEqual([
        expect.stringMatching(
          /^the compiled kernel of form linear faults \(SIG\w+\); to try it again, remove \S+\.faulted; its problems are solved by WebAssembly$/,
        ),
      ]);
      expect(beside(/\.running\./)).toEqual([]);
      expect(beside(/\.faulted$/)).toHaveLength(1);

      // From then on it is known, in whatever process.
      expect(solveElsewhere()).toBe(0);
      expect(await solve()).toEqual(next);
      const named = await solve({ backend: "native" }).catch((error: unknown) => error);
      expect(named).toBeInstanceOf(UserError);
      expect((named as UserError).message).toMatch(/^the compiled kernel of form linear faults \(SIG\w+\)/);
    });

    // Another kernel to compile, and another process.
    test.runIf(wholeCrosses)("in some requests only, ends no second run either", async () => {
      vi.stubEnv("CXX", compilerOf("faults-late", faultsLate));
      expect(solveElsewhere()).toMatch(/^SIG(SEGV|BUS)$/);
      const next = await solve();
      expect(next.warnings).toEqual([expect.stringContaining("form linear faults")]);
      const portable = await solve({ backend: "portable" });
      for (const [i, result] of next.results.entries()) {
        const [own, other] = [result, portable.results[i]!].map((one) => {
          if (!("solution" in one)) throw new Error(one.skipped.reason);
          return one.solution;
        });
        for (const [p, value] of own!.parameters.entries())
          expect(value).toBeCloseTo(other!.parameters[p]!, 9);
      }
    });
  },
);

describe.skipIf(cxx === undefined || process.platform === "win32")(
  "a process that was killed (skipped without a C++ compiler)",
  () => {
    let whole: Solved | undefined;
    /** The cache of the first, before anything was left in it. */
    let filled: string;
    let gone: ProcessIdentity;
    beforeAll(() => {
      const { pid } = spawnSync(process.execPath, ["-e", ""]);
      gone = { ...thisProcess(), pid, began: "0" };
    });
    beforeEach(async () => {
      vi.stubEnv("CXX", compilerOf("whole", onceCompiled("line")));
      if (whole === undefined) {
        whole = await solve();
        filled = cache;
      } else cpSync(filled, cache, { recursive: true });
    });

    /** Leaves a marker beside each library, of a process that is no more, or not of this machine. */
    function leave(content: string, seconds = 0): string[] {
      const names = beside(/\.so$/).map((name) => `${name}.running.0123456789ab`);
      const time = new Date(Date.now() - seconds * 1000);
      for (const name of names) {
        writeFileSync(join(cache, name), content);
        utimesSync(join(cache, name), time, time);
      }
      return names;
    }

    test("while it used kernels that are whole: they give the same bits, without a word", async () => {
      leave(JSON.stringify(gone));
      expect(await solve()).toEqual(whole);
      expect(beside(/\.(running|faulted)/)).toEqual([]);
    });

    test("on another machine: it is gone when it has shown no sign of life for two minutes", async () => {
      const elsewhere = JSON.stringify({ ...gone, machine: "another" });
      const names = leave(elsewhere);
      expect(await solve()).toEqual(whole);
      expect(beside(/\.running\./)).toEqual(names);
      leave(elsewhere, 130);
      expect(await solve()).toEqual(whole);
      expect(beside(/\.running\./)).toEqual([]);
    });

    test("not at all: what another process uses now is no matter", async () => {
      const names = leave(JSON.stringify(thisProcess()));
      expect(await solve()).toEqual(whole);
      expect(beside(/\.running\./)).toEqual(names);
    });

    test("by a power failure: half a marker says nothing", async () => {
      leave("");
      expect(await solve()).toEqual(whole);
      expect(beside(/\.running\./)).toEqual([]);
    });

    test("and the cache deleted meanwhile", async () => {
      leave(JSON.stringify(gone));
      for (const name of beside(/\.so$/)) rmSync(join(cache, name));
      expect(await solve()).toEqual(whole);
    });
  },
);
