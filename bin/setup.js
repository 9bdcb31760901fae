// Makes a fresh clone ready: installs the packages that the lock file names and builds, each only where it is not
// done already. Uses nothing but Node, because nothing else may be there yet.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("..", import.meta.url));
const installed = join(folder, "node_modules", ".package-lock.json");
const built = join(folder, "dist", ".built");

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`lawfit needs Node 20.19 or newer; this is ${process.version}`);
  process.exit(1);
}

/** Time of the last change of a file, or of the newest file in a folder; 0 where there is none. */
function changed(path) {
  if (!existsSync(path)) return 0;
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => changed(join(path, name))));
}

function npm(...words) {
  console.log(`> npm ${words.join(" ")}`);
  const { status } = spawnSync("npm", words, {
    cwd: folder,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) process.exit(status ?? 1);
}

const newest = (...paths) => Math.max(...paths.map((path) => changed(join(folder, path))));

if (changed(installed) < newest("package-lock.json")) {
  // Not `npm ci`: the lock file names the packages of the platforms that it was made for, and `ci` refuses where those
  // of another platform are missing. Versions are the lock file's all the same, and it is left as it is.
  npm("install", "--no-save", "--no-audit", "--no-fund");
}
if (
  changed(built) <
  newest("src", "kernels", "bench/coverage", "package.json", "package-lock.json", "tsconfig.json")
) {
  npm("run", "build");
  mkdirSync(join(folder, "dist"), { recursive: true });
  writeFileSync(built, "");
}
