// Makes the pages of the documentation in site/dist: those of docs/, and the API from the types. Its packages are those of site/package.json, so that
// nobody else downloads them; they are installed where they are missing.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

const folder = import.meta.dirname;
const timeOf = (name) => (existsSync(join(folder, name)) ? statSync(join(folder, name)).mtimeMs : 0);

if (timeOf("node_modules/.package-lock.json") < timeOf("package-lock.json")) {
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (status !== 0) process.exit(status ?? 1);
}

const { writeApi } = await import("./api.js");
const { writePages } = await import("./pages.js");
const { build, serve } = await import("vitepress");
const { deadAnchors } = await import("./anchors.js");

const pages = join(folder, "pages");
rmSync(pages, { recursive: true, force: true });
writePages(pages);
await writeApi(join(pages, "api"));
await build(folder);
const dead = deadAnchors(join(folder, "dist"));
if (dead.length > 0) throw new Error(`links to places that no page has:\n${dead.join("\n")}`);
console.log(
  `documentation: ${join(folder, "dist")}; npm run docs -- --serve shows it at http://localhost:4173`,
);
if (process.argv.includes("--serve")) await serve({ root: folder });
