import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { defineForm } from "../../src/forms/define-form.ts";
import { readUserForms } from "../../src/forms/user-form.ts";
import { packageFolder } from "../../src/solve/paths.ts";
import type { Problem } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { numbers, texts } from "../../src/tables/cells.ts";
import { readTable } from "../../src/tables/read.ts";
import { findColumn } from "../../src/tables/table.ts";
import { cxx } from "../kernels/toolchains.ts";
import { sharedData } from "../shared-data.ts";
import { wholeCrosses } from "../whole-crosses.ts";

const sweep = parse(readFileSync(join(packageFolder, "bench", "scalebench", "sweep.yaml"), "utf8"));
const records = readUserForms(sweep.forms, "sweep.yaml");
const data = sharedData("scalebench");

test("the sweep of ScaleBench fits its 31 laws, each a form of its own", () => {
  expect(sweep.axes.law).toEqual([...records.keys()]);
  expect(records.size).toBe(31);
});

/** Laws of nested exponentials, with min and max, and else with collinear inputs and with a power of 0; bench/scalebench.mjs has all. */
const hard = [
  "farseer-1",
  ...(wholeCrosses ? ["data-constrained-3", "moe-7", "parallel-5", "data-constrained-6"] : []),
];

describe.skipIf(data === undefined || cxx === undefined)(
  "hard laws on public tables (skipped without the shared data or a C++ compiler)",
  () => {
    test("are fitted at least as well as by the authors' fitter", async () => {
      const expected = readFileSync(join(data!, "expected.csv"), "utf8").trim().split("\n").slice(1);
      const wanted = expected.flatMap((line) => {
        const [folder = "", number, group = "", , listed] = line.split(",");
        const law = `${folder.replace("_", "-")}-${number}`;
        return hard.includes(law) ? [{ folder, law, group, listed: Number(listed) }] : [];
      });
      const problems = await Promise.all(wanted.map(problemOf));
      const results = await solveProblems(problems, { backend: "native" });
      results.forEach((result, i) => {
        if ("skipped" in result) throw new Error(`${problems[i]!.key}: ${result.skipped.reason}`);
        const sumOfSquares = 2 * result.solution.objective;
        expect(sumOfSquares / wanted[i]!.listed, problems[i]!.key).toBeLessThanOrEqual(1 + 1e-6);
      });
    });
  },
);

async function problemOf({ folder, law, group }: { folder: string; law: string; group: string }) {
  const form = defineForm(records.get(law)!);
  const table = await readTable(join(data!, folder, "train.parquet"), { text: ["group"] });
  const from = { table, source: folder, origin: { files: [] }, literalNaN: new Map() };
  const groups = texts(findColumn(table, "group")!);
  const valuesOf = (name: string): Float64Array =>
    numbers(from, findColumn(table, name)!, {
      allowed: "a number",
      holds: () => true,
      optional: false,
    }).filter((_, row) => groups[row] === group);
  return {
    form,
    variables: form.variableNames.map(valuesOf),
    response: valuesOf(form.output),
    loss: { kind: "squared" },
    residual: "plain",
    key: `${law}, ${group}`,
  } satisfies Problem;
}
