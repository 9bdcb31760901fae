import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = join(root, "src");

/** Folders and files of src/, those that stand on the others first, as docs/architecture.md lists them. */
function documentedOrder(): string[] {
  const page = readFileSync(join(root, "docs/architecture.md"), "utf8");
  const list = page.match(/```text\n([\s\S]*?)```/)![1]!;
  return list
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/\s/)[0]!);
}

const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".ts"));

const textOf = (path: string): string => readFileSync(join(source, path), "utf8");

/** What a file imports, types and what is loaded later included, from src/. */
function importsOf(path: string): string[] {
  const specifiers = textOf(path).matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g);
  return Array.from(specifiers, ([, specifier]) =>
    relative(source, join(source, dirname(path), specifier!)).replaceAll("\\", "/"),
  );
}

const roomOf = (path: string): string => path.split("/")[0]!;

describe("the folders of src/", () => {
  const order = documentedOrder();

  test("are those of docs/architecture.md", () => {
    expect([...new Set(files.map(roomOf))].sort()).toEqual([...order].sort());
  });

  test("import only what stands below them", () => {
    const upward = files.flatMap((path) =>
      importsOf(path)
        .filter((imported) => order.indexOf(roomOf(imported)) < order.indexOf(roomOf(path)))
        .map((imported) => `${path} imports ${imported}`),
    );
    expect(upward).toEqual([]);
  });

  test("hold at most 35 files each, of at most 400 lines", () => {
    const count = new Map<string, number>();
    for (const path of files) count.set(dirname(path), (count.get(dirname(path)) ?? 0) + 1);
    expect([...count].filter(([, number]) => number > 35)).toEqual([]);
    expect(files.filter((path) => textOf(path).split("\n").length > 401)).toEqual([]);
  });
});
