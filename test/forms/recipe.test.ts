import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const copy = mkdtempSync(join(tmpdir(), "lawfit-recipe-"));
afterAll(() => rmSync(copy, { recursive: true }));

/** What the form's recipe touches: its record, its equation, the page. */
const touched = ["docs/forms.md", "src/forms/builtin/loss-laws.ts", "test/forms/equations.ts"];
const copied = [
  "src",
  "test/forms",
  "test/long-files-first.ts",
  "test/global-setup.ts",
  "test/whole-crosses.ts",
  "docs/forms.md",
  "docs/laws.md",
  "package.json",
  "tsconfig.json",
  "vitest.config.ts",
];

/** The recipe's blocks of code: the record and the equation. */
function recipeBlocks(): string[] {
  const page = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  const recipe = page.split(/^### /m).find((section) => section.startsWith("A form\n"))!;
  return Array.from(recipe.matchAll(/```ts\n([\s\S]*?)```/g), ([, block]) => block!);
}

/** Adds a block before the line that ends the file's list. */
function append(path: string, block: string, end: "];" | "};"): void {
  const text = readFileSync(join(copy, path), "utf8");
  const at = text.lastIndexOf(`\n${end}\n`) + 1;
  writeFileSync(join(copy, path), text.slice(0, at) + block + text.slice(at));
}

function filesOf(folder: string): string[] {
  return copied.flatMap((path) =>
    path.includes(".")
      ? [path]
      : readdirSync(join(folder, path), { recursive: true, encoding: "utf8" })
          .filter((file) => /\.\w+$/.test(file))
          .map((file) => `${path}/${file.replaceAll("\\", "/")}`),
  );
}

test("a form is added by the three files of the recipe in CONTRIBUTING.md", () => {
  for (const path of copied) cpSync(join(root, path), join(copy, path), { recursive: true });
  for (const folder of ["node_modules", "dist"]) symlinkSync(join(root, folder), join(copy, folder));
  const [record, equation] = recipeBlocks();
  append("src/forms/builtin/loss-laws.ts", record!, "];");
  append("test/forms/equations.ts", equation!, "};");
  // The page is written, and the tests of all forms then pass.
  execFileSync(
    process.execPath,
    [
      ...["node_modules/vitest/vitest.mjs", "run", "--maxWorkers=1", "--reporter=default"],
      ...["registry", "docs"].map((name) => `test/forms/${name}.test.ts`),
    ],
    { cwd: copy, env: { ...process.env, UPDATE_DOCS: "1" }, stdio: "pipe" },
  );
  const [, name] = record!.match(/name: "([\w-]+)"/)!;
  expect(readFileSync(join(copy, "docs/forms.md"), "utf8")).toContain(`\n## ${name}\n`);
  const changed = filesOf(root).filter(
    (path) => readFileSync(join(root, path), "utf8") !== readFileSync(join(copy, path), "utf8"),
  );
  expect(changed.sort()).toEqual(touched);
});
