// The tests next to what was changed, mostly in under a minute: test files that changed, those of the same name, and those that
// import a changed file themselves; where these are many, those of its own folder. `npm test` runs all.
//
//     node .ci/quick-tests.js [COMMIT]      changed since a commit or branch, else since the last commit
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("..", import.meta.url));
const git = (...words) => execFileSync("git", words, { cwd: folder, encoding: "utf8" }).split("\n").filter(Boolean);
const [since = "HEAD"] = process.argv.slice(2);
const changed = new Set([
  ...git("diff", "--name-only", since),
  ...git("ls-files", "--others", "--exclude-standard"),
]);

const tests = readdirSync(join(folder, "test"), { recursive: true, encoding: "utf8" })
  .map((file) => `test/${file.replaceAll("\\", "/")}`)
  .filter((file) => file.endsWith(".test.ts"));

/** Files of this project that a file imports itself. */
function importsOf(file) {
  const text = readFileSync(join(folder, file), "utf8");
  const named = text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g);
  return Array.from(named, ([, path]) => join(dirname(file), path).replaceAll("\\", "/"));
}

/** More tests than these are not all next to the file that they import. */
const many = 12;

/** The test files that import a file. */
const importersOf = new Map();
for (const test of tests) {
  for (const path of importsOf(test)) importersOf.set(path, [...(importersOf.get(path) ?? []), test]);
}

/** The tests next to a changed file. */
function testsOf(file) {
  const importers = importersOf.get(file) ?? [];
  const own = dirname(file).replace(/^src\b/, "test");
  const near = importers.length > many ? importers.filter((test) => dirname(test) === own) : importers;
  return [file, file.replace(/^src\/(.*)\.ts$/, "test/$1.test.ts"), ...near];
}

const isDocumentation = [...changed].some((file) => file.endsWith(".md"));
const isKernel = [...changed].some((file) => file.startsWith("kernels/"));
/** Of the kernels, what compiles few of them; of the documentation, its links and form. */
const others = [
  ...(isDocumentation ? ["test/links.test.ts", "test/readme.test.ts"] : []),
  ...(isKernel ? ["identity", "math", "random", "draws"].map((name) => `test/kernels/${name}.test.ts`) : []),
];
const wanted = new Set([...[...changed].flatMap(testsOf), ...others]);
const chosen = tests.filter((file) => wanted.has(file));
if (chosen.length === 0) {
  console.log(`no test is next to what was changed since ${since}; npm test runs all`);
} else {
  const vitest = join(folder, "node_modules", "vitest", "vitest.mjs");
  if (!existsSync(vitest)) throw new Error("vitest is not installed: npm run setup installs it");
  const { status } = spawnSync(process.execPath, [vitest, "run", ...chosen], { cwd: folder, stdio: "inherit" });
  process.exitCode = status ?? 1;
}
