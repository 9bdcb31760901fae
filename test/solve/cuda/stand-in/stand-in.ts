import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import koffi from "koffi";
import { findCompiler } from "../../../../src/solve/compiler.ts";
import type { PtxSource } from "../../../../src/solve/cuda/backend.ts";
import { limiter } from "../../../../src/solve/in-parallel.ts";
import { instructionSets, nativeMaking } from "../../../../src/solve/native.ts";
import { kernelHash, kernelsFolder } from "../../../../src/solve/paths.ts";
import { compiledLibrary } from "../../../kernels/compiled-library.ts";
import { deviceBuild } from "../../../kernels/cuda-host.ts";
import { setsHere } from "../../../kernels/toolchains.ts";

const compiler = await findCompiler();

/** The set of the native backend, whose kernels it shares: all sets give the same bits. */
const set = instructionSets[setsHere[0] ?? "scalar"]!;

/** The folder of the stand-in's source. */
export const standInSource = join(dirname(fileURLToPath(import.meta.url)), "libcuda.cpp");

/** Why the stand-in cannot be built here; undefined where it can. */
export const noStandIn =
  process.platform !== "linux"
    ? "the stand-in for libcuda is for Linux"
    : "reason" in compiler
      ? compiler.reason
      : undefined;

/** In place of the compilers of PTX: the host build of a kernel, as the text that the stand-in takes for PTX. */
export const hostPtx: PtxSource = async (variant) => {
  if ("reason" in compiler) throw new Error(compiler.reason);
  const { path, isCompiled } = await compiledLibrary(...nativeMaking(variant, compiler, set));
  return { ptx: `// host build: ${path}\n.version 8.0\n`, how: "host build", isCompiled };
};

/** A GPU is asked for every kernel at once; a compiler takes a core each. */
const inTurn = limiter(2);

/** The same with the device's own source, its threads as fibres, in place of the host build. */
export const devicePtx: PtxSource = async (variant) => {
  if ("reason" in compiler) throw new Error(compiler.reason);
  const { path, isCompiled } = await inTurn(() => deviceBuild(compiler, variant));
  return { ptx: `// host build: ${path}\n.version 8.0\n`, how: "device's source on the host", isCompiled };
};

/** A stand-in for libcuda, built in a folder of its own, that `LAWFIT_LIBCUDA` names from now on. */
export interface StandIn {
  path: string;
  /** Starts over: settings and faults as words `name=value`; see read_settings of libcuda.cpp. */
  setUp(settings?: string): void;
  /** Rules of the driver that were broken. */
  violations(): string[];
  /** Launches and batches, in order. */
  log(): string[];
  /** What was made and not given back. */
  alive(): string[];
  /** Number of calls of each of the driver's functions. */
  calls(): Map<string, number>;
  remove(): void;
}

/** Takes the stand-in from the cache of kernels, where it is compiled once, and points LAWFIT_LIBCUDA at it. */
export async function buildStandIn(): Promise<StandIn> {
  if ("reason" in compiler) throw new Error(compiler.reason);
  const flags = ["-std=c++17", "-Og", "-Wall", "-Wextra", "-Werror", "-Wl,--no-as-needed", "-ldl"];
  const { command, version } = compiler;
  const hash = kernelHash("", readFileSync(standInSource, "utf8"), command, version, ...flags);
  const made = await compiledLibrary(hash, compiler, relative(kernelsFolder, standInSource), flags);
  const folder = mkdtempSync(join(tmpdir(), "lawfit-stand-in-"));
  // Under a path of its own it is a library of its own, with a state of its own.
  const path = join(folder, "libcuda.so.1");
  copyFileSync(made.path, path);
  const library = koffi.load(path);
  const lines = (name: string): (() => string[]) => {
    const read = library.func(`const char* ${name}()`) as () => string;
    return () => read().split("\n").filter(Boolean);
  };
  const setUp = library.func("void stand_in_set_up(const char* settings)") as (settings: string) => void;
  const calls = lines("stand_in_calls");
  const before = process.env.LAWFIT_LIBCUDA;
  process.env.LAWFIT_LIBCUDA = path;
  return {
    path,
    setUp: (settings = "") => setUp(settings),
    violations: lines("stand_in_violations"),
    log: lines("stand_in_log"),
    alive: lines("stand_in_alive"),
    calls: () =>
      new Map(
        calls().map((line) => {
          const [name = "", count] = line.split("=");
          return [name, Number(count)];
        }),
      ),
    remove() {
      if (before === undefined) delete process.env.LAWFIT_LIBCUDA;
      else process.env.LAWFIT_LIBCUDA = before;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
