import { readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { afterAll, describe, expect, test } from "vitest";
import * as api from "../src/index.ts";
import { expectDocumented } from "./documented-table.ts";

const source = new URL("../src/", import.meta.url);
const examples = new URL("../docs/api/", import.meta.url);
const textOf = (name: string, folder = examples): string => readFileSync(new URL(name, folder), "utf8");

/** The pages of the API, and the files and folders of src/ whose exports each has. */
const groups: { page: string; title: string; of: string[] }[] = JSON.parse(textOf("groups.json"));

/** What index.ts exports of each file of src/: the names there, and in the package. */
const exported = Array.from(
  textOf("index.ts", source).matchAll(/export (?:type )?\{([^}]*)\} from "\.\/(.*)";/g),
  ([, names, file]) => {
    const pairs = names!.split(",").map((name) => name.trim().split(" as "));
    return { file: file!, names: pairs.map(([inFile, name = inFile]) => ({ inFile: inFile!, name: name! })) };
  },
);

const isIn = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`);
const groupsOf = (file: string) => {
  const own = groups.filter(({ of }) => of.includes(file));
  return own.length > 0 ? own : groups.filter(({ of }) => of.some((place) => isIn(file, place)));
};

/** The first sentence of the docstring of what a file exports; undefined where there is none. */
function firstSentence(file: string, name: string): string | undefined {
  const comment = new RegExp(
    `/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\nexport (?:async )?(?:function|const|class) ${name}\\b`,
  ).exec(textOf(file, source))?.[1];
  const text = comment
    ?.replaceAll(/\n \* ?/g, " ")
    .replace(/ @.*/s, "")
    .replaceAll(/\s+/g, " ")
    .trim();
  return text === undefined ? undefined : /^.*?\.(?= [A-Z]|$)/.exec(text)?.[0].replaceAll(/[|*]/g, "\\$&");
}

afterAll(async () => {
  const { folder } = await import("../docs/api/runs.ts");
  await rm(folder, { recursive: true });
});

describe.each(groups)("$title", ({ page }) => {
  test("its examples run", async () => {
    await import(`../docs/api/${page}.ts`);
  });

  test("has what is exported, with what its docstring says", () => {
    const rows = exported
      .filter(({ file }) => groupsOf(file)[0]?.page === page)
      .flatMap(({ file, names }) =>
        names
          .filter(({ name }) => name in api)
          .map(({ inFile, name }) => [name, firstSentence(file, inFile)]),
      )
      .sort(([a], [b]) => (a! < b! ? -1 : 1));
    expect(rows.filter(([, sentence]) => sentence === undefined)).toEqual([]);
    const cells = rows.map(([name, sentence]) => [`\`${name}\``, sentence!]);
    expectDocumented("api.md", page, ["export", "what it is"], cells);
  });
});

test("every exported value has one example, on the page of its group", () => {
  const regions = groups.flatMap(({ page }) =>
    Array.from(textOf(`${page}.ts`).matchAll(/\/\/ #region (\w+)/g), ([, name]) => `${page} ${name}`),
  );
  const expected = exported.flatMap(({ file, names }) =>
    names.filter(({ name }) => name in api).map(({ name }) => `${groupsOf(file)[0]?.page} ${name}`),
  );
  expect(regions.sort()).toEqual(expected.sort());
});

test("every exported file has one page, and every page its examples", () => {
  expect(exported.filter(({ file }) => groupsOf(file).length !== 1)).toEqual([]);
  const files = readdirSync(examples).filter((name) => name.endsWith(".ts") && name !== "runs.ts");
  expect(files.sort()).toEqual(groups.map(({ page }) => `${page}.ts`).sort());
});
