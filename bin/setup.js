// Makes a fresh clone ready: installs the packages that the lock file names and builds, each only where it is not
// done already. Uses nothing but Node, because nothing else may be there yet.
import { spawn, spawnSync } from "node:child_process";
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

const newest = (...paths) => Math.max(...paths.map((path) => changed(join(folder, path))));

/** Runs npm and says how long it takes; its output is shown as it comes, or only where it fails. */
async function npm(words, { isShown = false } = {}) {
  const begin = performance.now();
  const said = () => `  npm ${words.join(" ")}: ${((performance.now() - begin) / 1000).toFixed(0)} s`;
  const child = spawn("npm", words, {
    cwd: folder,
    stdio: isShown ? "inherit" : ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (bytes) => output.push(bytes));
  const isLive = !isShown && process.stdout.isTTY;
  const clock = isLive && setInterval(() => process.stdout.write(`\r${said()}`), 1000);
  const status = await new Promise((resolve) => {
    child.on("error", ({ message }) => {
      output.push(Buffer.from(`npm cannot be started: ${message}\n`));
      resolve(1);
    });
    child.on("close", (code) => resolve(code ?? 1));
  });
  clearInterval(clock);
  console.log(`${isLive ? "\r" : ""}${said()}`);
  if (status === 0) return;
  process.stderr.write(Buffer.concat(output));
  process.exit(status);
}

/** Whether there is a C++ compiler, to all appearances. */
function hasCompiler() {
  const { CXX } = process.env;
  return (CXX ? [CXX] : ["g++", "clang++"]).some((command) => {
    const [program, ...words] = command.trim().split(/\s+/);
    return spawnSync(program, [...words, "--version"], { stdio: "ignore" }).status === 0;
  });
}

const isInstallDue = changed(installed) < newest("package-lock.json");
const isBuildDue =
  changed(built) <
  newest("src", "kernels", "bench/coverage", "bin", "package.json", "package-lock.json", "tsconfig.json");
const arePortableDue = isBuildDue && !hasCompiler();

const parts = [
  isInstallDue && "packages (20 s, and the download of 100 MB)",
  isBuildDue && "build (10 s)",
  arePortableDue && "WebAssembly kernels, as there is no C++ compiler (1 minute, and the download of 30 MB)",
].filter(Boolean);
if (parts.length > 0) console.log(`set-up, times on two cores: ${parts.join(", ")}`);

if (isInstallDue) {
  // Not `npm ci`: the lock file names the packages of the platforms that it was made for, and `ci` refuses where those
  // of another platform are missing. Versions are the lock file's all the same, and it is left as it is.
  await npm(["install", "--no-save", "--no-audit", "--no-fund"]);
}
if (isBuildDue) {
  await npm(["run", "build"]);
  if (arePortableDue) await npm(["run", "build:portable"], { isShown: true });
  mkdirSync(join(folder, "dist"), { recursive: true });
  writeFileSync(built, "");
}
