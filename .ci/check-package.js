// The package as its users get it: packed, linted, installed into an empty project, and run there on the sample by the machine's
// compiler and by WebAssembly. `npm pack` makes the kernels first; here they are taken as they are, because PTX takes nvcc minutes:
//
//     npm run build && npm run build:portable && node .ci/check-package.js [--ptx]
//
// With --ptx the PTX must be there too: after `npm pack` on a machine that has nvcc.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("..", import.meta.url));
const { builtInVariants, portableModulePath } = await import(join(folder, "dist", "solve", "portable.js"));

/** Linters of packages, fetched when they are used. */
const publint = "publint@0.3.25";
const attw = "@arethetypeswrong/cli@0.18.5";

function run(cwd, program, ...words) {
  return execFileSync(program, words, {
    cwd,
    encoding: "utf8",
    maxBuffer: 1 << 26,
    stdio: ["ignore", "pipe", "inherit"],
    shell: process.platform === "win32",
  });
}

/** Runs npm or npx, which fetch packages. @returns undefined, and says so, where the registry does not give them */
function runFetching(cwd, program, ...words) {
  try {
    return execFileSync(program, words, { cwd, encoding: "utf8", maxBuffer: 1 << 26, shell: process.platform === "win32" });
  } catch (error) {
    const said = `${error.stdout}${error.stderr}`;
    if (!/\b(E40[34]|ENOTFOUND|ECONN\w+|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|ENOTCACHED)\b/.test(said)) {
      throw new Error(`${program} ${words.join(" ")}:\n${said}`);
    }
    console.log(`not done, as the registry cannot be reached or lacks a package: ${program} ${words.join(" ")}`);
    return undefined;
  }
}

function demand(isSo, message) {
  if (!isSo) throw new Error(message);
}

const place = mkdtempSync(join(tmpdir(), "lawfit-package-"));
try {
  const packing = ["pack", "--ignore-scripts", "--json", "--pack-destination", place];
  const [packed] = JSON.parse(run(folder, "npm", ...packing));
  const tarball = join(place, packed.filename);
  const files = new Set(packed.files.map(({ path }) => path));
  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  const sizeOf = (start) =>
    packed.files.filter(({ path }) => path.startsWith(start)).reduce((sum, { size }) => sum + size, 0);

  const modules = [...new Set(builtInVariants().map((variant) => basename(portableModulePath(variant))))];
  const missing = modules.filter((name) => !files.has(`dist/portable/${name}`));
  demand(missing.length === 0, `${missing.length} of ${modules.length} WebAssembly kernels are not in the package`);
  const ptx = [...files].filter((path) => path.startsWith("dist/ptx/")).length;
  demand(ptx > 0 || !process.argv.includes("--ptx"), "there is no PTX in the package: `npm run build:ptx` makes it");
  console.log(
    `package: ${megabytes(packed.size)}, unpacked ${megabytes(packed.unpackedSize)} in ${files.size} files; ` +
      `${modules.length} WebAssembly kernels, ${megabytes(sizeOf("dist/portable/"))}; ` +
      `${ptx} of PTX, ${megabytes(sizeOf("dist/ptx/"))}; documentation ${megabytes(sizeOf("docs/"))}`,
  );

  // Pages that messages and help name.
  const code = [...files].filter((path) => /^dist\/.*\.js$/.test(path));
  const pages = new Set(code.flatMap((path) => readFileSync(join(folder, path), "utf8").match(/docs\/[\w-]+\.md/g) ?? []));
  const absent = [...pages].filter((path) => !files.has(path));
  demand(absent.length === 0, `named in messages and not in the package: ${absent.join(", ")}`);

  runFetching(folder, "npx", "--yes", publint, "run", tarball, "--strict");
  runFetching(folder, "npx", "--yes", attw, tarball, "--profile", "esm-only");

  const project = join(place, "project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }\n');
  const installed = runFetching(project, "npm", "install", "--no-audit", "--no-fund", tarball);
  if (installed !== undefined) {
    const sample = join("node_modules", "lawfit", "data-samples", "ladder", "sweep.yaml");
    for (const backend of ["cpu", "portable"]) {
      const told = run(project, "npx", "lawfit", "sweep", sample, "--out", backend, "--backend", backend);
      demand(/^task1 +7B-4T +0\.7227 /m.test(told), `--backend ${backend} printed other predictions:\n${told}`);
      demand(readdirSync(join(project, backend)).includes("predictions.parquet"), `${backend}: no predictions`);
    }
    writeFileSync(join(project, "use.js"), 'import { getForm } from "lawfit"; console.log(getForm("chinchilla").name);\n');
    demand(run(project, "node", "use.js").trim() === "chinchilla", "the package cannot be imported");
    // Strict projects check the declarations of packages too.
    writeFileSync(join(project, "use.ts"), 'import * as lawfit from "lawfit"; void lawfit;\n');
    const strict = ["--noEmit", "--strict", "--skipLibCheck", "false", "--module", "nodenext", "--target", "es2023"];
    const types = ["--typeRoots", join(folder, "node_modules", "@types"), "--types", "node"];
    run(project, "node", join(folder, "node_modules", "typescript", "bin", "tsc"), ...strict, ...types, "use.ts");
    console.log("package: installed, run natively and by WebAssembly, and its types checked");
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}
