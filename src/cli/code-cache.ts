import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { cachedDataVersionTag, deserialize, serialize } from "node:v8";
import { Script } from "node:vm";
import { contentOf, isSafe, withDigest } from "../solve/checked-file.ts";
import { cacheFolders } from "../solve/paths.ts";
import { temporaryName } from "../store/atomic.ts";

/** Milliseconds after which the code of a build counts as left behind: a file that is still used is written anew. */
const longestKept = 30 * 24 * 3_600_000;

/** V8's compiled code, by the digest of the source. */
type CompiledCode = Map<string, Uint8Array>;

/**
 * Has the CommonJS files of the program compiled by V8 once and not in every run: from now on those in the given folders are loaded with the
 * code that earlier runs of the command have kept in the cache, a file a command, build and version of V8. A run that ends well keeps
 * what it had to compile. Where the cache cannot be used, files are compiled as ever; NODE_DISABLE_COMPILE_CACHE and measurements of
 * coverage switch it off, as they do with Node's own cache.
 *
 * @param main the file that is loaded first; the names in it tell builds apart
 * @param folders whose files these are
 */
export function keepCompiledCode(command: string, main: string, folders: readonly string[]): void {
  const { NODE_DISABLE_COMPILE_CACHE, NODE_V8_COVERAGE } = process.env;
  const [folder] = cacheFolders();
  if (NODE_DISABLE_COMPILE_CACHE || NODE_V8_COVERAGE || folder === undefined) return;
  const build = digestOf(`${cachedDataVersionTag()} ${readFileSync(main, "utf8")}`);
  const path = join(folder, `${command}-${build}.code`);
  const kept = readKept(path);
  const loaded = new Map<string, Script>();
  let isKeptWhole = true;
  const { extensions } = createRequire(import.meta.url);
  const standard = extensions[".js"]!;
  extensions[".cjs"] = (module, filename) => {
    // Code that is kept has lost where its imports start from (bin/bundle.js).
    if (!folders.includes(dirname(filename)) || basename(filename) === "late.cjs")
      return standard(module, filename);
    const source = readFileSync(filename, "utf8");
    const digest = digestOf(source);
    const cachedData = kept.get(digest);
    const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
      filename,
      ...(cachedData && { cachedData }),
    });
    loaded.set(digest, script);
    isKeptWhole &&= script.cachedDataRejected === false;
    const require = (id: string): unknown => module.require(id);
    script
      .runInThisContext()
      .call(module.exports, module.exports, require, module, filename, dirname(filename));
  };
  process.on("exit", (code) => {
    if (code !== 0 || isKeptWhole) return;
    // Code of functions that ran is in it, too.
    for (const [digest, script] of loaded) kept.set(digest, script.createCachedData());
    write(path, kept);
  });
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/** What earlier runs kept; nothing where it is damaged, or others may have written it. */
function readKept(path: string): CompiledCode {
  try {
    const isTrusted = isSafe(statSync(dirname(path))) && isSafe(statSync(path));
    const content = isTrusted ? contentOf(path, readFileSync(path)) : undefined;
    return content === undefined ? new Map() : (deserialize(content) as CompiledCode);
  } catch {
    return new Map();
  }
}

/** Creates a folder and those above it. Node's own way of doing so never ends under a folder that takes none, such as `/proc`. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

/** Writes a file of the cache; of several processes one wins. */
function write(path: string, code: CompiledCode): void {
  const folder = dirname(path);
  const temporary = join(folder, temporaryName());
  try {
    makeFolder(folder);
    if (!isSafe(statSync(folder))) return;
    writeFileSync(temporary, withDigest(path, serialize(code)), { mode: 0o600, flag: "wx" });
    renameSync(temporary, path);
    const isOld = (name: string) => Date.now() - statSync(join(folder, name)).mtimeMs > longestKept;
    const others = readdirSync(folder).filter((name) => name.endsWith(".code") && isOld(name));
    for (const name of others) rmSync(join(folder, name), { force: true });
  } catch {
    // The next run compiles again.
    rmSync(temporary, { force: true });
  }
}
