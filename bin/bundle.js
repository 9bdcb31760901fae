// Bundles the command line: dist/cli, with what it loads and the packages that most commands need, becomes dist/bundle, of which a
// command finds, reads and links a fifth of the files. Runs after tsc. The library, and the files that worker threads and child
// processes run, stay as tsc writes them. Two packages of hundreds of files, which all of these load when they are used, become
// a file each in dist/packages.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const folder = join(dist, "bundle");

/**
 * Packages in the bundle, with those that they depend on. The others have native parts, or few commands load them. One that is a module
 * alone has to be in it, because not every Node that lawfit runs on can `require` such a package.
 */
const bundled = ["@observablehq/plot", "fastest-levenshtein", "ml-matrix", "yaml", "yargs", "zod"];

/** Files of which pages contain functions as source text, which a bundler writes anew. They import nothing. */
const verbatim = ["text.js", "report/page/client.js"].map((path) => join(dist, path));

/** What needs a package that is a module alone, and that users need not have: it stays a module. */
const benchPeer = join(dist, "throughput", "ml-levenberg-marquardt.js");

/** Path of a file of lawfit as the bundle's files have it. */
const ownPath = (path) => relative(folder, path).replaceAll("\\", "/");

/** Folder and name of the package that a file is from; null for lawfit's own. */
const packageOf = (path) => /^.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path);

/** `import.meta.url` stays the place of the file that tsc wrote, beside which lawfit finds its files. */
const ownPlaces = {
  name: "own-places",
  transform(code, id) {
    if (!id.startsWith(dist + sep) || !code.includes("import.meta.url")) return null;
    const place = JSON.stringify(ownPath(id));
    return code.replaceAll("import.meta.url", `new URL(${place}, import.meta.url).href`);
  },
};

/** Adds the files with such functions to the bundle, with nothing changed but how they export them. */
const verbatimFiles = {
  name: "verbatim-files",
  renderChunk(code) {
    return verbatim.reduce(
      (text, path) => text.replaceAll(`"${ownPath(path)}"`, `"./${basename(path, ".js")}.cjs"`),
      code,
    );
  },
  generateBundle() {
    for (const path of verbatim) {
      const names = [];
      const source = readFileSync(path, "utf8").replace(/^export (?=\w+ (\w+))/gm, (_, name) => {
        names.push(`exports.${name} = ${name};\n`);
        return "";
      });
      this.emitFile({
        type: "asset",
        fileName: `${basename(path, ".js")}.cjs`,
        source: source + names.join(""),
      });
    }
  },
};

/** Packages that are imported when they are used: by one file, because V8 forgets of code that is kept where its imports start from. */
const lateImports = {
  name: "late-imports",
  renderChunk: (code) => code.replace(/\bimport\((?=")/g, 'require("./late.cjs").load('),
  generateBundle() {
    this.emitFile({
      type: "asset",
      fileName: "late.cjs",
      source: "exports.load = (name) => import(name);\n",
    });
  },
};

/** Copies the licences of the bundled packages, as they demand. */
const licences = {
  name: "licences",
  generateBundle(_options, output) {
    const packages = new Map();
    for (const id of Object.values(output).flatMap((file) => (file.type === "chunk" ? file.moduleIds : []))) {
      const [at, name] = packageOf(id) ?? [];
      if (name !== undefined) packages.set(name, at);
    }
    const texts = [...packages].sort().map(([name, at]) => {
      const file = readdirSync(at).find((entry) => /^licen[cs]e/i.test(entry));
      if (file === undefined) throw new Error(`${at} has no licence file`);
      return `${name}\n\n${readFileSync(join(at, file), "utf8").trim()}\n`;
    });
    const line = `\n${"-".repeat(80)}\n\n`;
    this.emitFile({ type: "asset", fileName: "LICENSES.txt", source: texts.join(line) });
  },
};

const commandLine = await rolldown({
  input: { main: join(dist, "cli", "main.js"), "code-cache": join(dist, "cli", "code-cache.js") },
  platform: "node",
  external(id, importer, isResolved) {
    if (isResolved) return verbatim.includes(id) || id === benchPeer;
    const isFromPackage = importer !== undefined && packageOf(importer) !== null;
    return /^[@\w]/.test(id) && !bundled.includes(id) && !isFromPackage;
  },
  plugins: [ownPlaces, verbatimFiles, lateImports, licences],
  // Commands load late what others load at once; yargs looks for files of configuration by `import.meta`, which lawfit has none of.
  checks: { ineffectiveDynamicImport: false, emptyImportMeta: false },
});
// CommonJS, which Node loads in fewer steps than modules, and of which it can keep the compiled code (bin/lawfit.js).
const commonJs = { format: "cjs", entryFileNames: "[name].cjs", cleanDir: true };
await commandLine.write({ ...commonJs, dir: folder, chunkFileNames: "[name]-[hash].cjs" });
await commandLine.close();

const packages = await rolldown({
  input: {
    duckdb: fileURLToPath(import.meta.resolve("@duckdb/node-api")),
    mathjs: fileURLToPath(new URL("mathjs-parser.js", import.meta.url)),
  },
  platform: "node",
  external: ["@duckdb/node-bindings"],
  plugins: [licences],
});
await packages.write({ ...commonJs, dir: join(dist, "packages"), chunkFileNames: "[name].cjs" });
await packages.close();
