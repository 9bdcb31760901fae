import koffi, { type LibraryHandle } from "koffi";
import type { KernelVariant } from "../kernel.ts";
import { callOnThread } from "../native-library.ts";
import { kernelSources } from "../paths.ts";
import { findNvrtcPlaces, type NvrtcPlace } from "./nvrtc-search.ts";
import type { PtxCompiler } from "./ptx-compiler.ts";

/**
 * Without this option NVRTC takes functions without a qualifier as host functions, which it does not compile; nvcc compiles them for
 * both where they are constant expressions.
 */
const ownOptions = ["--device-as-default-execution-space"];

/** The functions of NVRTC that are called, as its C header declares them; they return 0 on success. */
const signatures = {
  nvrtcGetErrorString: "const char* nvrtcGetErrorString(int status)",
  nvrtcVersion: "int nvrtcVersion(int* major, int* minor)",
  nvrtcCreateProgram:
    "int nvrtcCreateProgram(void** program, const char* source, const char* name, int count, const char** headers, const char** names)",
  nvrtcCompileProgram: "int nvrtcCompileProgram(void* program, int count, const char** options)",
  nvrtcGetPTXSize: "int nvrtcGetPTXSize(void* program, size_t* size)",
  nvrtcGetPTX: "int nvrtcGetPTX(void* program, void* ptx)",
  nvrtcGetProgramLogSize: "int nvrtcGetProgramLogSize(void* program, size_t* size)",
  nvrtcGetProgramLog: "int nvrtcGetProgramLog(void* program, void* log)",
  nvrtcDestroyProgram: "int nvrtcDestroyProgram(void** program)",
} as const;

type Call = ReturnType<LibraryHandle["func"]>;
type Library = Record<keyof typeof signatures, Call>;

/** Handles of loaded libraries: koffi unloads a library when its handle is collected. */
const kept: LibraryHandle[] = [];

const loaded = new Map<string, PtxCompiler | { reason: string }>();

/** The first libnvrtc in the usual places that can be loaded, or the reason why there is none. */
export function findNvrtc(): PtxCompiler | { reason: string } {
  const { places, looked } = findNvrtcPlaces();
  const failures: string[] = [];
  for (const place of places) {
    let nvrtc = loaded.get(place.library);
    if (!nvrtc) {
      nvrtc = open(place);
      loaded.set(place.library, nvrtc);
    }
    if (!("reason" in nvrtc)) return nvrtc;
    // That the loader does not know a plain name is not worth a message.
    if (/[\\/]/.test(place.library)) failures.push(`${place.library}: ${nvrtc.reason}`);
  }
  return { reason: [...failures, `no libnvrtc in ${looked.join(", ")}`].join("; ") };
}

function open({ library: path, builtins }: NvrtcPlace): PtxCompiler | { reason: string } {
  try {
    if (builtins !== undefined) kept.push(koffi.load(builtins));
    const handle = koffi.load(path);
    kept.push(handle);
    const calls = Object.entries(signatures).map(([name, signature]) => [name, handle.func(signature)]);
    const library = Object.fromEntries(calls) as Library;
    const major = new Int32Array(1);
    const minor = new Int32Array(1);
    check(library, library.nvrtcVersion(major, minor), "say its version");
    return {
      description: `NVRTC ${major[0]}.${minor[0]} (${path})`,
      ownOptions,
      architectures: architecturesOf(handle),
      compile: (variant, options) => compile(library, variant, options),
    };
  } catch (error) {
    return { reason: (error as Error).message.replace(/\s+/g, " ").trim() };
  }
}

function architecturesOf(handle: LibraryHandle): string[] {
  try {
    const count = new Int32Array(1);
    if (handle.func("int nvrtcGetNumSupportedArchs(int* count)")(count) !== 0) return [];
    const numbers = new Int32Array(count[0]!);
    if (handle.func("int nvrtcGetSupportedArchs(int* numbers)")(numbers) !== 0) return [];
    return [...numbers].map((number) => `compute_${number}`);
  } catch {
    return []; // before CUDA 11.2
  }
}

async function compile(
  library: Library,
  variant: KernelVariant,
  options: readonly string[],
): Promise<string> {
  const sources = kernelSources();
  const headers = new Map([...sources].filter(([name]) => name.endsWith(".hpp")));
  headers.set("form.hpp", variant.formSource);
  const program = new BigUint64Array(1);
  check(
    library,
    library.nvrtcCreateProgram(
      program,
      sources.get("cuda.cu"),
      "cuda.cu",
      headers.size,
      [...headers.values()],
      [...headers.keys()],
    ),
    "take the kernels' sources",
  );
  try {
    const all = [...options, ...ownOptions];
    // It takes about a second.
    const status = await callOnThread<number>(library.nvrtcCompileProgram, [program[0]!, all.length, all]);
    if (status !== 0) {
      const log = text(library, program[0]!, "nvrtcGetProgramLogSize", "nvrtcGetProgramLog");
      throw new Error(log.trim() || `NVRTC: ${library.nvrtcGetErrorString(status)}`);
    }
    return text(library, program[0]!, "nvrtcGetPTXSize", "nvrtcGetPTX");
  } finally {
    library.nvrtcDestroyProgram(program);
  }
}

/** A text output of a program: NVRTC returns its length, final zero included, then the text. */
function text(library: Library, program: bigint, size: keyof Library, get: keyof Library): string {
  const length = new BigUint64Array(1);
  check(library, library[size](program, length), "say how long its output is");
  const bytes = new Uint8Array(Number(length[0]));
  check(library, library[get](program, bytes), "give its output");
  return new TextDecoder().decode(bytes.subarray(0, -1));
}

function check(library: Library, status: number, what: string): void {
  if (status !== 0) throw new Error(`NVRTC could not ${what}: ${library.nvrtcGetErrorString(status)}`);
}
