import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../", import.meta.url);
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...readdirSync(new URL("docs/", root))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
  "bench/README.md",
  "bench/gpu.md",
  "bench/results/README.md",
  "bench/results/coverage/README.md",
];

/** The address of each heading within its page, as GitHub makes it. */
function anchorsOf(markdown: string): string[] {
  return Array.from(markdown.matchAll(/^#+ (.+)$/gm), ([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test.each(pages)("%s: its links lead somewhere", (page) => {
  const url = new URL(page, root);
  const targets = Array.from(readFileSync(url, "utf8").matchAll(/\]\(([^)\s]+)\)/g), ([, target]) => target!);
  const broken = targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const file = new URL(target, url);
    const anchor = file.hash.slice(1);
    file.hash = "";
    return !existsSync(file) || (anchor !== "" && !anchorsOf(readFileSync(file, "utf8")).includes(anchor));
  });
  expect(broken).toEqual([]);
});

test.each(pages)("%s: the files that it names are there", (page) => {
  const named = readFileSync(new URL(page, root), "utf8").matchAll(
    /`((?:bench|data-samples|docs|kernels|src|test)\/[\w./-]+|[\w-]+\/[\w/-]+\.ts)`/g,
  );
  const paths = Array.from(named, ([, path]) => path!).filter((path) => !/\b(?:NAME|METHOD)\b/.test(path));
  const isThere = (path: string): boolean =>
    ["", "src/"].some((folder) => existsSync(new URL(folder + path, root)));
  expect(paths.filter((path) => !isThere(path))).toEqual([]);
});
