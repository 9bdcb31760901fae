import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commands, type Tree } from "@yowasp/clang";
import { kernelSources } from "../../src/solve/paths.ts";
import { portableFlags } from "../../src/solve/portable.ts";
import { cppFolder } from "./cpp.ts";

interface Exports {
  memory: WebAssembly.Memory;
  __heap_base: WebAssembly.Global;
  lawfit_functions(n: number, x: number, y: number): void;
}

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
  const lanes: Tree = {};
  const files: Tree = { lanes, "functions.cpp": readFileSync(join(cppFolder, "functions.cpp"), "utf8") };
  for (const [path, text] of kernelSources()) {
    if (path.startsWith("lanes/")) lanes[path.slice("lanes/".length)] = text;
    else files[path] = text;
  }
  const flags = portableFlags.filter((flag) => !flag.includes("lawfit_") && !flag.includes("LAWFIT_"));
  const made = await commands["clang++"](
    [...flags, "-Wl,--export=lawfit_functions", "-I.", "functions.cpp", "-o", "functions.wasm"],
    files,
    { fetchProgress: () => {} },
  );
  const { instance } = await WebAssembly.instantiate(made!["functions.wasm"] as Uint8Array<ArrayBuffer>);
  return instance.exports as unknown as Exports;
}
