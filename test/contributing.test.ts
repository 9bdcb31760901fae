import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import type { Problem } from "../src/solve/problem.ts";
import { solveProblems } from "../src/solve/solve.ts";
import { cxx } from "./kernels/toolchains.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
// Within the repository, so that packages are found.
const copy = join(root, ".cache", `recipe-${process.pid}`);
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** The first path of each step of a recipe. */
function stepsOf(recipe: string): string[] {
  const page = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  const section = page.split(/^### /m).find((part) => part.startsWith(`${recipe}\n`))!;
  return Array.from(section.matchAll(/^\d+\. `([^`]+)`/gm), ([, path]) => path!);
}

function edit(path: string, change: (text: string) => string): void {
  const before = readFileSync(join(copy, path), "utf8");
  const after = change(before);
  if (after === before) throw new Error(`${path} is not as the recipe expects it`);
  writeFileSync(join(copy, path), after);
}

/** Files of the copy that the original does not have, or has otherwise. */
function changedFiles(): string[] {
  return readdirSync(copy, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => statSync(join(copy, path)).isFile())
    .filter((path) => {
      const original = join(root, path);
      if (!statSync(original, { throwIfNoEntry: false })) return true;
      return !readFileSync(original).equals(readFileSync(join(copy, path)));
    });
}

const RECORD = `import type { FormRecord } from "../form.ts";

export const saturation: FormRecord = {
  name: "saturation",
  expression: "accuracy = top*x/(x + exp(h))",
  parameters: {
    top: { lower: 0, upper: 1, description: "accuracy at a large input" },
    h: { logarithm: true, description: "logarithm of the input at half of it" },
  },
  variables: { x: "any input" },
  startRanges: { default: { top: [0, 1], h: [-3, 3] } },
  units: {
    start: { top: [0, 1], h: [-3, 3] },
    output: false,
    rescaled: ({ h }, { x }) => ({ h: h! + Math.log(x!) }),
  },
  description: "A score that saturates.",
  source: "Michaelis and Menten 1913",
};
`;

describe("the recipe of a form, followed in a copy", () => {
  mkdirSync(copy, { recursive: true });
  for (const folder of ["src", "docs", "kernels"]) {
    cpSync(join(root, folder), join(copy, folder), { recursive: true });
  }
  const [records, registry, page] = stepsOf("A form");
  writeFileSync(join(copy, records!, "saturation.ts"), RECORD);
  edit(registry!, (text) =>
    text
      .replace(/^import /m, `import { saturation } from "./builtin/saturation.ts";\nimport `)
      .replace("    chinchilla,\n    kaplan,", "    saturation,\n    chinchilla,\n    kaplan,"),
  );
  const load = (path: string) => import(/* @vite-ignore */ pathToFileURL(join(copy, path)).href);

  test("it touches the files that it names", async () => {
    const { forms, families } = await load(registry!);
    const { formsMarkdown } = await load("src/forms/docs.ts");
    edit(page!, () => formsMarkdown(forms.values(), families));
    expect(readFileSync(join(copy, page!), "utf8")).toContain("## saturation\n");
    expect(changedFiles().sort()).toEqual([`${records}saturation.ts`, registry, page].sort());
  });

  test.skipIf(cxx === undefined)("it is solved, in any unit (skipped without a C++ compiler)", async () => {
    const { getForm } = await load(registry!);
    const form = getForm("saturation");
    const problems = [1, 1e9].map((unit): Problem => {
      const x = Float64Array.from({ length: 24 }, (_, i) => unit * (0.1 + 0.4 * i));
      const response = x.map((value) => form.value([0.8, Math.log(2 * unit)], [value]));
      return { form, variables: [x], response, loss: { kind: "squared" }, residual: "plain", key: `${unit}` };
    });
    const results = await solveProblems(problems, { starts: 16, backend: "native" });
    for (const [i, unit] of [1, 1e9].entries()) {
      const result = results[i]!;
      if (!("solution" in result)) throw new Error(result.skipped.reason);
      const { parameters, startAgreement } = result.solution;
      expect(parameters[0]).toBeCloseTo(0.8, 9);
      expect(parameters[1]).toBeCloseTo(Math.log(2 * unit), 9);
      expect(startAgreement).toBeGreaterThan(0.9);
    }
  });
});
