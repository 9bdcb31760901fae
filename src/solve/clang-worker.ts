import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { kernelSources, packageFolder } from "./paths.ts";

/** A package of its own, with a lock file, so that only those who compile to WebAssembly download 105 MB. */
export const clangFolder = join(packageFolder, "wasm-compiler");

/** The package @yowasp/clang: a Clang that itself runs as WebAssembly, so that no compiler has to be installed. */
export const clangFile = join(clangFolder, "node_modules", "@yowasp", "clang", "gen", "bundle.js");

/** Files by name, as that Clang reads and writes them. */
interface Tree {
  [name: string]: Tree | string | Uint8Array;
}

type Clang = (
  words: string[],
  files: Tree,
  options: { stderr(bytes: Uint8Array | null): void },
) => Promise<Tree | undefined>;

/**
 * Compiles a C++ file to a WebAssembly module, on the thread that calls; as a worker of Piscina too.
 *
 * @param flags with the name of the file among them; it sees the sources of the kernels and `files`
 * @throws Error with the compiler's messages
 */
export default async function compileToWebAssembly({
  flags,
  files: given,
}: {
  flags: string[];
  files: Record<string, string>;
}): Promise<Uint8Array> {
  const files: Tree = { ...given };
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
  const { commands } = (await import(pathToFileURL(clangFile).href)) as { commands: { "clang++": Clang } };
  const decoder = new TextDecoder();
  let messages = "";
  let made: Tree | undefined;
  try {
    made = await commands["clang++"]([...flags, "-I.", "-o", "made.wasm"], files, {
      stderr: (bytes) => {
        if (bytes) messages += decoder.decode(bytes, { stream: true });
      },
    });
  } catch (error) {
    messages ||= String(error);
  }
  const module = made?.["made.wasm"];
  if (module instanceof Uint8Array) return module;
  throw new Error(`no WebAssembly was compiled: ${messages}`);
}
