import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import compileToWebAssembly, { clangFile } from "../../src/solve/clang-worker.ts";
import { portableFlags } from "../../src/solve/portable.ts";
import { cppFolder } from "./cpp.ts";

interface Exports {
  memory: WebAssembly.Memory;
  __heap_base: WebAssembly.Global;
  lawfit_functions(n: number, x: number, y: number): void;
}

/** Whether the compiler to WebAssembly is there; `npm run build:portable` installs it. */
export const wasmCompiler = existsSync(clangFile);

/** All functions of functions.cpp at the numbers (an even count of them), as WebAssembly computes them. */
export async function wasmFunctions(numbers: Float64Array, functions: number): Promise<Float64Array> {
  const { memory, __heap_base, lawfit_functions } = await compile();
  const x = Math.ceil(__heap_base.value / 64) * 64;
  const y = x + numbers.byteLength;
  const missing = y + functions * numbers.byteLength - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  new Float64Array(memory.buffer, x, numbers.length).set(numbers);
  lawfit_functions(numbers.length, x, y);
  return new Float64Array(memory.buffer, y, functions * numbers.length).slice();
}

async function compile(): Promise<Exports> {
  const flags = portableFlags.filter((flag) => !flag.includes("lawfit_") && !flag.includes("LAWFIT_"));
  const bytes = await compileToWebAssembly({
    flags: [...flags, "-Wl,--export=lawfit_functions", "functions.cpp"],
    files: { "functions.cpp": readFileSync(join(cppFolder, "functions.cpp"), "utf8") },
  });
  const { instance } = await WebAssembly.instantiate(bytes as Uint8Array<ArrayBuffer>);
  return instance.exports as unknown as Exports;
}
