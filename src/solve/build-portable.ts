import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Tree } from "@yowasp/clang";
import { forms, getForm } from "../forms/registry.ts";
import { kernelSources } from "./kernel-sources.ts";
import { portableFolder } from "./paths.ts";
import { portableFlags, portableModulePath } from "./portable-files.ts";

/**
 * Makes the WebAssembly module of every built-in form in dist/portable, with a Clang that itself runs as
 * WebAssembly: no compiler of the machine's is needed. Modules that are there already stay; old ones go.
 */
async function buildPortable(): Promise<void> {
  await mkdir(portableFolder, { recursive: true });
  const present = new Set(await readdir(portableFolder));
  const wanted = new Set<string>();
  for (const name of forms.keys()) {
    const { kernelSource } = getForm(name);
    const path = portableModulePath(kernelSource);
    wanted.add(basename(path));
    if (present.has(basename(path))) continue;
    await writeFile(path, await compileToWebAssembly(kernelSource));
    console.log(`portable kernel of ${name}: ${basename(path)}`);
  }
  for (const name of present) if (!wanted.has(name)) await rm(join(portableFolder, name));
}

async function compileToWebAssembly(formSource: string): Promise<Uint8Array> {
  const { commands } = await import("@yowasp/clang");
  const files: Tree = { "form.hpp": formSource };
  for (const [path, text] of kernelSources()) {
    const folders = path.split("/");
    const name = folders.pop()!;
    let folder = files;
    for (const part of folders) {
      folder[part] ??= {};
      folder = folder[part] as Tree;
    }
    folder[name] = text;
  }
  let messages = "";
  const decoder = new TextDecoder();
  const run = commands["clang++"];
  try {
    const made = await run([...portableFlags, "-I.", "cpu.cpp", "-o", "kernel.wasm"], files, {
      stderr: (bytes) => {
        if (bytes) messages += decoder.decode(bytes, { stream: true });
      },
    });
    const module = made?.["kernel.wasm"];
    if (module instanceof Uint8Array) return module;
  } catch (error) {
    throw new Error(`the WebAssembly kernel could not be compiled: ${messages || error}`);
  }
  throw new Error(`the WebAssembly kernel could not be compiled: ${messages}`);
}

await buildPortable();
