import { mkdir, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Tree } from "@yowasp/clang";
import { forms, getForm, trainedForms } from "../forms/registry.ts";
import { readChecked, writeChecked } from "./checked-file.ts";
import { kernelSources, portableFolder } from "./paths.ts";
import { type PortableVariant, portableFlagsOf, portableModulePath } from "./portable.ts";

/**
 * Compiles the WebAssembly modules of all built-in forms and of those that are trained into dist/portable, by a Clang that itself
 * runs as WebAssembly, so that no compiler has to be installed. Intact modules are kept; outdated ones are removed.
 */
async function buildPortable(): Promise<void> {
  await mkdir(portableFolder, { recursive: true });
  const present = new Set(await readdir(portableFolder));
  const wanted = new Set<string>();
  const variants = [
    ...[...forms.keys()].map((name) => variantOf(name, false)),
    ...trainedForms.map((name) => variantOf(name, true)),
  ];
  for (const { name, ...variant } of variants) {
    const path = portableModulePath(variant);
    wanted.add(basename(path));
    if (Buffer.isBuffer(await readChecked(path))) continue;
    await writeChecked(path, await compileToWebAssembly(variant));
    console.log(`portable kernel of ${name}${variant.training ? ", training" : ""}: ${basename(path)}`);
  }
  for (const name of present) if (!wanted.has(name)) await rm(join(portableFolder, name));
}

function variantOf(name: string, training: boolean): PortableVariant & { name: string } {
  const { kernelSource, trainingSource, parameterNames } = getForm(name);
  const formSource = training ? trainingSource : kernelSource;
  return { name, formSource, parameters: parameterNames.length, training };
}

async function compileToWebAssembly(variant: PortableVariant): Promise<Uint8Array> {
  const { commands } = await import("@yowasp/clang");
  const files: Tree = { "form.hpp": variant.formSource };
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
  const clang = commands["clang++"];
  try {
    const made = await clang([...portableFlagsOf(variant), "-I.", "cpu.cpp", "-o", "kernel.wasm"], files, {
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
