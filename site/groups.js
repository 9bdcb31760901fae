// The pages of the API, from docs/api/groups.json, and what src/index.ts exports for each of them.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..");

/** Title and name of each page, and the files and folders of src/ whose exports it has. */
export const groups = JSON.parse(readFileSync(join(root, "docs", "api", "groups.json"), "utf8"));

/** The page of a file of src/, which test/api.test.ts holds to be one. */
function pageOf(file) {
  const own = groups.find(({ of }) => of.includes(file));
  return (own ?? groups.find(({ of }) => of.some((place) => file.startsWith(`${place}/`)))).page;
}

/** By page, the statements of src/index.ts that export its part, as a file in site/entries has them. */
export function entryFiles() {
  const index = readFileSync(join(root, "src", "index.ts"), "utf8");
  const statements = new Map(groups.map(({ page }) => [page, []]));
  for (const [statement, file] of index.matchAll(/export (?:type )?\{[^}]*\} from "\.\/(.*)";/g)) {
    statements.get(pageOf(file)).push(statement.replace('"./', '"../../src/'));
  }
  return statements;
}

/** What docs/api.md says of a page. */
export function introductionOf(title) {
  const text = readFileSync(join(root, "docs", "api.md"), "utf8");
  const begin = text.indexOf("\n\n", text.indexOf(`## ${title}\n`)) + 2;
  return text.slice(begin, text.indexOf(" Examples: [", begin));
}

/** The examples of a page as they follow each other. */
export const exampleFile = (page) => readFileSync(join(root, "docs", "api", `${page}.ts`), "utf8").trimEnd();

/** The examples of a page, by the name of what they show. */
export function examplesOf(page) {
  const regions = exampleFile(page)
    .concat("\n")
    .matchAll(/\/\/ #region (\w+)\n([\s\S]*?)\/\/ #endregion \1\n/g);
  return new Map(Array.from(regions, ([, name, code]) => [name, withoutIndent(code.trimEnd())]));
}

function withoutIndent(code) {
  const lines = code.split("\n");
  const indent = Math.min(...lines.filter(Boolean).map((line) => /^ */.exec(line)[0].length));
  return lines.map((line) => line.slice(indent)).join("\n");
}
