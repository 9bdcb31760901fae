import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join } from "node:path";
import { expect, test } from "vitest";
import { parseForm } from "../../src/forms/parse.ts";
import { packageFolder } from "../../src/solve/paths.ts";
import { withDuckDB } from "../../src/tables/sql/duckdb.ts";

/** Files and packages that are loaded with a file, those that it only imports types from or loads later left out. */
function loadedWith(path: string, loaded = new Set<string>()): Set<string> {
  if (loaded.has(path)) return loaded;
  loaded.add(path);
  if (!path.endsWith(".ts")) return loaded;
  const text = readFileSync(join(packageFolder, path), "utf8");
  for (const [, names, from] of text.matchAll(/^(?:import|export)\s+([^;]*?)\s*from "([^"]+)";/gm)) {
    const areTypes = names!.startsWith("type ") || /^\{(\s*type [^,}]+,?)+\s*\}$/.test(names!);
    if (areTypes || from!.startsWith("node:")) continue;
    loadedWith(from!.startsWith(".") ? join(dirname(path), from!) : from!, loaded);
  }
  return loaded;
}

test("the help of the program needs no command and no large package", () => {
  const loaded = [...loadedWith("src/cli/main.ts")];
  expect(loaded.length).toBeLessThan(12);
  expect(loaded.filter((path) => path.startsWith("src/cli/commands"))).toEqual([]);
  expect(loaded.filter((path) => !path.startsWith("src/"))).toEqual(["fastest-levenshtein"]);
});

test.each(["src/cli/show-table.ts", "src/cli/commands/show.ts"])(
  "%s needs neither methods nor kernels, nor what writes runs and reads Arrow",
  (path) => {
    const loaded = [...loadedWith(path)];
    expect(
      loaded.filter((name) => /^src\/(registry|papers|forms|spec|bootstrap|identifiability)/.test(name)),
    ).toEqual([]);
    expect(
      loaded.filter((name) =>
        ["mathjs", "piscina", "apache-arrow", "flatbuffers", "lz4js", "@duckdb/node-api"].includes(name),
      ),
    ).toEqual([]);
    expect(loaded).not.toContain("src/tables/write.ts");
  },
);

test("a form is parsed and a table is read without the hundreds of files of their packages", async () => {
  parseForm("y = a*x", { form: "line", parameterNames: ["a"], variableNames: ["x"] });
  await withDuckDB((connection) => connection.run("SELECT 1"));
  const loaded = Object.keys(createRequire(import.meta.url).cache);
  expect(loaded.filter((path) => /[\\/](mathjs|node-api)[\\/]/.test(path))).toEqual([]);
  expect(loaded.filter((path) => /[\\/]dist[\\/]packages[\\/](mathjs|duckdb)\.cjs$/.test(path))).toHaveLength(
    2,
  );
});

test.each(["sweep", "inspect"])("the help of %s needs neither its schemas nor what runs it", (command) => {
  expect([...loadedWith(`src/cli/commands/${command}.ts`)]).not.toContain("zod");
});

test.each(["src/forms/registry.ts", "src/forms/docs.ts", "src/tables/format.ts", "src/tables/table-of.ts"])(
  "%s, which lists forms, needs no schemas",
  (path) => {
    expect([...loadedWith(path)]).not.toContain("zod");
  },
);

test("the state of a run is read without what solves and what reads Arrow files", () => {
  const loaded = [...loadedWith("src/run/job-status.ts"), ...loadedWith("src/cli/status-summary.ts")];
  const needless = ["koffi", "piscina", "flatbuffers", "lz4js", "mathjs", "@duckdb/node-api"];
  expect(loaded.filter((path) => needless.includes(path))).toEqual([]);
});

test("the bundle leaves functions alone whose source text goes into pages", () => {
  const bundle = join(packageFolder, "dist", "bundle");
  const chunks = readdirSync(bundle).filter((name) => name.endsWith(".cjs"));
  const functionOf = (path: string, name: string) =>
    new RegExp(`function ${name}\\([\\s\\S]*?^\\}`, "m").exec(readFileSync(path, "utf8"))?.[0];
  for (const [name, source] of [
    ["visibleLine", "text.js"],
    ["client", "report/page/client.js"],
  ] as const) {
    const found = chunks.flatMap((chunk) => functionOf(join(bundle, chunk), name) ?? []);
    expect(found).toEqual([functionOf(join(packageFolder, "dist", source), name)]);
  }
});

test("the bundle requires no package that is a module alone, which Node 22.0 to 22.11 cannot do", () => {
  const bundle = join(packageFolder, "dist", "bundle");
  const chunks = readdirSync(bundle).filter((name) => name.endsWith(".cjs"));
  const required = chunks.flatMap((chunk) =>
    Array.from(
      readFileSync(join(bundle, chunk), "utf8").matchAll(/\brequire\("(@?[a-z][^":]*)"\)/g),
      ([, name]) => name!,
    ),
  );
  const files = [...new Set(required)].map((name) => createRequire(join(bundle, "main.cjs")).resolve(name));
  expect(files.length).toBeGreaterThan(3);
  const isModule = (path: string): boolean => {
    if (!isAbsolute(path) || path.endsWith(".cjs") || path.endsWith(".node")) return false;
    let folder = dirname(path);
    while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
    const { type } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { type?: string };
    return path.endsWith(".mjs") || type === "module";
  };
  expect(files.filter(isModule)).toEqual([]);
});
