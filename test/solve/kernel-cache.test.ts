import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { writeChecked } from "../../src/solve/checked-file.ts";
import { describeCache } from "../../src/solve/kernel-cache.ts";
import { cacheFolders } from "../../src/solve/paths.ts";
import type { KernelCounts, SolveResult } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { cxx, hasPortable } from "../kernels/toolchains.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { cases, problemOf } from "./cases.ts";
import { compiles, fakeCompiler } from "./fake-compilers.ts";

const { folder } = temporaryFolder();
const problem = problemOf(cases.find(({ form }) => form.name === "linear")!, { noise: 0.1 });
const user = process.getuid?.() ?? 0;

let number = 0;
let place: string;
let cache: string;
let temporary: string;
beforeEach(() => {
  place = join(folder, `${number++}`);
  cache = join(place, "cache");
  temporary = join(place, "tmp");
  mkdirSync(temporary, { recursive: true });
  vi.stubEnv("LAWFIT_CACHE", cache);
  vi.stubEnv("TMPDIR", temporary);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

interface Solved {
  result: SolveResult;
  counts: KernelCounts;
  solver: string;
  passedOver: string[];
  warnings: string[];
}

async function solve(): Promise<Solved> {
  const solved: Partial<Solved> = {};
  const warnings: string[] = [];
  const [result] = await solveProblems([problem], {
    backend: "cpu",
    starts: 4,
    onWarning: (line) => warnings.push(line),
    onKernels: (counts) => {
      solved.counts = counts;
    },
    onBackend: (solver, passedOver) => Object.assign(solved, { solver, passedOver: [...passedOver] }),
  });
  return { ...(solved as Solved), result: result!, warnings };
}

const files = (of = cache): string[] => readdirSync(of).map((name) => join(of, name));

describe.skipIf(cxx === undefined || process.platform === "win32")(
  "the cache of compiled kernels (skipped without a C++ compiler)",
  () => {
    /** The files of a cache that is whole, by name. */
    const whole = new Map<string, Buffer>();
    let first: Solved;
    let compiler: string;
    beforeAll(async () => {
      // Compiles each of its two sources once.
      compiler = fakeCompiler(
        folder,
        "quick",
        `case "$*" in *processor.cpp*) made=${folder}/processor ;; *) made=${folder}/kernel ;; esac
if [ ! -f $made ]; then "$real" "$@" && cp "$out" $made; else cp $made "$out"; fi`,
      );
      vi.stubEnv("CXX", compiler);
      vi.stubEnv("LAWFIT_CACHE", join(folder, "whole"));
      first = await solve();
      for (const name of readdirSync(join(folder, "whole")))
        whole.set(name, readFileSync(join(folder, "whole", name)));
      vi.unstubAllEnvs();
    });
    beforeEach(() => {
      vi.stubEnv("CXX", compiler);
    });
    const fill = (): void => {
      mkdirSync(cache, { mode: 0o700 });
      for (const [name, bytes] of whole) writeFileSync(join(cache, name), bytes);
    };
    const contents = (): Map<string, Buffer> =>
      new Map(readdirSync(cache).map((name) => [name, readFileSync(join(cache, name))]));

    test("its folder is its owner's alone, and nothing stays in it but kernels", async () => {
      const { warnings } = await solve();
      expect(warnings).toEqual([]);
      expect(statSync(cache).mode & 0o777).toBe(0o700);
      for (const path of files()) {
        expect(path).toMatch(/\/[0-9a-f]{32}\.(so|dll)$/);
        expect(statSync(path).mode & 0o022).toBe(0);
      }
      expect(readdirSync(temporary)).toEqual([]);
    });

    const damages: readonly (readonly [what: string, harm: (path: string) => void])[] = [
      ["are empty", (path) => truncateSync(path, 0)],
      ...(wholeCrosses
        ? ([
            ["are cut after 10 bytes", (path: string) => truncateSync(path, 10)],
            ["are cut after a page", (path: string) => truncateSync(path, 8192)],
          ] as const)
        : []),
      ["lack their last byte", (path) => truncateSync(path, statSync(path).size - 1)],
      [
        "have a changed bit",
        (path) => {
          const bytes = readFileSync(path);
          bytes[bytes.length >> 1]! ^= 4;
          writeFileSync(path, bytes);
        },
      ],
    ];
    test.for(damages)("files that %s are compiled anew, which is said once", async ([, harm]) => {
      fill();
      for (const path of files()) harm(path);
      const { result, counts, warnings } = await solve();
      expect(result).toEqual(first.result);
      expect(counts.compiled).toBe(1);
      expect(warnings).toEqual([
        `${cache} has damaged kernels (cut short, or changed): they are removed, and compiled again unless there is another copy`,
      ]);
      expect(contents()).toEqual(whole);
      expect((await solve()).counts.compiled).toBe(0);
    });

    test("a file that is damaged is removed, also where another folder of the cache has a whole one", async () => {
      fill();
      cpSync(cache, join(temporary, `lawfit-${user}`), { recursive: true });
      for (const path of files()) truncateSync(path, 10);
      const { result, counts, warnings } = await solve();
      expect(result).toEqual(first.result);
      expect(counts.compiled).toBe(0);
      expect(warnings).toEqual([expect.stringContaining("they are removed")]);
      expect((await solve()).warnings).toEqual([]);
    });

    test("a kernel under another's name is none", async () => {
      fill();
      const [one, two] = files();
      const bytes = readFileSync(one!);
      writeFileSync(one!, readFileSync(two!));
      writeFileSync(two!, bytes);
      expect((await solve()).result).toEqual(first.result);
      expect(contents()).toEqual(whole);
    });

    test("a library that does not load, or lacks a function, is compiled anew", async () => {
      for (const content of [
        Buffer.from("of another machine"),
        readFileSync(join(folder, "whole", [...whole.keys()][0]!)),
      ]) {
        cache = join(place, `${content.length}`);
        vi.stubEnv("LAWFIT_CACHE", cache);
        fill();
        for (const path of files()) await writeChecked(path, content);
        const { result, solver, warnings } = await solve();
        expect(result).toEqual(first.result);
        expect(solver).toBe(first.solver);
        expect(warnings).toEqual([]);
      }
    });

    test("what a process left that ended as it wrote is removed, what another writes now is not", async () => {
      fill();
      truncateSync(files()[0]!, 0);
      const left = [`.${"a".repeat(32)}.so.0123456789ab.tmp`, `${"a".repeat(32)}.so.4711.01234567`];
      const young = `.${"b".repeat(32)}.so.0123456789ab.tmp`;
      const foreign = "notes.txt";
      const old = new Date(Date.now() - 2 * 3_600_000);
      for (const name of [...left, young, foreign]) {
        writeFileSync(join(cache, name), "");
        if (name !== young) utimesSync(join(cache, name), old, old);
      }
      const works = ["lawfit-kernel-AbCd01", "lawfit-kernel-young1", "lawfit-mine"].map((name) =>
        join(temporary, name),
      );
      for (const work of works) mkdirSync(work);
      for (const work of [works[0]!, works[2]!]) utimesSync(work, old, old);
      await solve();
      expect(readdirSync(cache).sort()).toEqual([...whole.keys(), young, foreign].sort());
      expect(files(temporary).sort()).toEqual(works.slice(1).sort());
    });

    /** Libraries that fault, whole, under the names that the solver looks for. */
    async function plantFaults(): Promise<void> {
      const library = join(place, "fault.so");
      const faulty = fakeCompiler(place, "c++", compiles("static int x = *(volatile int*)8;"));
      execFileSync(faulty, ["-o", library]);
      mkdirSync(cache);
      for (const name of whole.keys()) await writeChecked(join(cache, name), readFileSync(library));
    }

    const unsafe: readonly (readonly [
      what: string,
      isHere: boolean,
      said: RegExp,
      make: () => Promise<void>,
    ])[] = [
      [
        "that others can write",
        true,
        /^\S+ can be written by others \(chmod go-w \S+\): /,
        async () => {
          await plantFaults();
          chmodSync(cache, 0o777);
        },
      ],
      [
        "that is a link to one that others can write",
        true,
        /^\S+ can be written by others \(chmod go-w \S+\): /,
        async () => {
          await plantFaults();
          chmodSync(cache, 0o775);
          symlinkSync(cache, `${cache}-link`);
          cache = `${cache}-link`;
          vi.stubEnv("LAWFIT_CACHE", cache);
        },
      ],
      [
        "of another user (needs root)",
        user === 0,
        /^\S+ belongs to another user: /,
        async () => {
          await plantFaults();
          chownSync(cache, 12_345, 12_345);
        },
      ],
      ["that is a file", true, /^\S+ is not a folder: /, async () => writeFileSync(cache, "")],
      [
        "that cannot be made",
        true,
        /^\S+ cannot be used \(.*\): /,
        async () => {
          writeFileSync(cache, "");
          cache = join(cache, "below");
          vi.stubEnv("LAWFIT_CACHE", cache);
        },
      ],
      [
        "that cannot be made on this kind of disk",
        wholeCrosses && existsSync("/proc/self"),
        /^\S+ cannot be used \(.*\): /,
        async () => {
          cache = "/proc/lawfit";
          vi.stubEnv("LAWFIT_CACHE", cache);
        },
      ],
    ];
    for (const [what, isHere, said, make] of unsafe) {
      test.skipIf(!isHere)(`nothing is loaded from a folder ${what}: a temporary one is used`, async () => {
        await make();
        const { result, solver, warnings } = await solve();
        expect(result).toEqual(first.result);
        expect(solver).toBe(first.solver);
        const instead = join(temporary, `lawfit-${user}`);
        expect(warnings).toEqual([expect.stringMatching(said)]);
        expect(warnings[0]!.startsWith(`${cache} `)).toBe(true);
        expect(warnings[0]!.endsWith(`: compiled kernels are kept in ${instead}`)).toBe(true);
        expect(statSync(instead).mode & 0o777).toBe(0o700);
        expect(await describeCache()).toBe(warnings[0]);
        // Found there the next time.
        expect((await solve()).counts.compiled).toBe(0);
      });
    }

    test("files that others can write are not loaded", async () => {
      await plantFaults();
      for (const path of files()) chmodSync(path, 0o666);
      const { result, warnings } = await solve();
      expect(result).toEqual(first.result);
      expect(warnings).toEqual([
        `${cache} has kernels that others can write: they are removed, and compiled again unless there is another copy`,
      ]);
      expect(contents()).toEqual(whole);
    });

    test.skipIf(user !== 0)("nor files of another user (needs root)", async () => {
      await plantFaults();
      for (const path of files()) chownSync(path, 12_345, 12_345);
      const { result, warnings } = await solve();
      expect(result).toEqual(first.result);
      expect(warnings).toEqual([expect.stringContaining(`${cache} has kernels of another user: `)]);
      expect(contents()).toEqual(whole);
    });

    test.skipIf(!hasPortable)(
      "without any folder WebAssembly solves, which is said in one line",
      async () => {
        writeFileSync(cache, "");
        // A planted one: its name can be guessed.
        mkdirSync(join(temporary, `lawfit-${user}`));
        chmodSync(join(temporary, `lawfit-${user}`), 0o777);
        const { result, solver, passedOver, warnings } = await solve();
        expect(result).toHaveProperty("solution");
        expect(solver).toContain("WebAssembly");
        expect(passedOver).toEqual([
          expect.stringMatching(
            /^native: no folder for compiled kernels: \S+ is not a folder; \S+ can be written by others/,
          ),
        ]);
        expect(warnings).toEqual([]);
      },
    );

    test.skipIf(!hasPortable)("without a folder to compile in, too", async () => {
      vi.stubEnv("TMPDIR", join(place, "nowhere"));
      const { solver, passedOver } = await solve();
      expect(solver).toContain("WebAssembly");
      expect(passedOver).toEqual([expect.stringMatching(/^native: a kernel cannot be compiled: .*nowhere/)]);
    });
  },
);

test("the folder is $LAWFIT_CACHE, else the user's, and a user without a home has a temporary one", () => {
  const last = join(temporary, `lawfit-${process.getuid?.() ?? "kernels"}`);
  expect(cacheFolders()).toEqual([cache, last]);
  vi.stubEnv("LAWFIT_CACHE", "");
  vi.stubEnv("XDG_CACHE_HOME", "/xdg");
  expect(cacheFolders()).toEqual(["/xdg/lawfit", last]);
  vi.stubEnv("XDG_CACHE_HOME", "relative");
  vi.stubEnv("HOME", "/home/x");
  vi.stubEnv("USERPROFILE", "/home/x");
  expect(cacheFolders()).toEqual([join("/home/x", ".cache", "lawfit"), last]);
  vi.stubEnv("HOME", "");
  vi.stubEnv("USERPROFILE", "");
  for (const path of cacheFolders()) expect(path).toMatch(/^(\/|[A-Z]:)/);
});
