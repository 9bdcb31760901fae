// The tests next to what was changed, in well under a minute: test files that changed, those that import a changed file
// themselves, and those of the same name. `npm test` runs all.
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

const namesakes = new Set([...changed].map((file) => file.replace(/^src\/(.*)\.ts$/, "test/$1.test.ts")));
const isDocumentation = [...changed].some((file) => file.endsWith(".md"));
const isKernel = [...changed].some((file) => file.startsWith("kernels/"));
/** Of the kernels, what compiles few of them; of the documentation, its links and form. */
const others = [
  ...(isDocumentation ? ["test/links.test.ts", "test/readme.test.ts"] : []),
  ...(isKernel ? ["identity", "math", "random", "draws"].map((name) => `test/kernels/${name}.test.ts`) : []),
];
const chosen = tests.filter(
  (file) =>
    changed.has(file) ||
    namesakes.has(file) ||
    others.includes(file) ||
    importsOf(file).some((path) => changed.has(path)),
);
if (chosen.length === 0) {
  console.log(`no test is next to what was changed since ${since}; npm test runs all`);
} else {
  const vitest = join(folder, "node_modules", "vitest", "vitest.mjs");
  if (!existsSync(vitest)) throw new Error("vitest is not installed: npm run setup installs it");
  const { status } = spawnSync(process.execPath, [vitest, "run", ...chosen], { cwd: folder, stdio: "inherit" });
  process.exitCode = status ?? 1;
}
