import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runSweep } from "../../../src/run/run-sweep.ts";
import { prepareSweep } from "../../../src/spec/prepare-sweep.ts";
import type { SweepSpec } from "../../../src/spec/spec.ts";
import { columnOf, findColumn, numberAt, rowsOf, textAt } from "../../../src/tables/table.ts";
import { messageOf, temporaryFolder } from "../../tables/temporary.ts";

const { file } = temporaryFolder();

/** The planted laws, written out apart from any form. */
const lossOf = (n: number, d: number, experts: number) =>
  0.5 + 60 / n ** 0.25 + 200 / d ** 0.3 + 0.4 / Math.sqrt(experts);
const accuracyOf = (loss: number) => 0.95 - 0.7 / (1 + Math.exp(-6 * (loss - 0.95)));

const LAW = "E + A/N^alpha + B/D^beta + G*experts^-g";

/** Lines of runs of three sizes, three numbers of tokens and three of experts, four checkpoints each. */
function lines(cell: (experts: number, run: string) => string = String): string[] {
  return [2e8, 5e8, 1.2e9].flatMap((n) =>
    [10, 40, 160].flatMap((multiple) =>
      [1, 4, 16].flatMap((experts) =>
        [1, 2, 3, 4].map((k) => {
          const d = (n * multiple * k) / 4;
          const run = `${n}-${multiple}-${experts}`;
          const loss = lossOf(n, d, experts);
          return `${run},${n},${d},t,${loss},${accuracyOf(loss)},${cell(experts, run)}`;
        }),
      ),
    ),
  );
}

const HEAD = "run,n,d,subject,loss,accuracy,experts";
const csv = (name: string, all: readonly string[]) => file(name, `${HEAD}\n${all.join("\n")}\n`);
const table = csv("experts.csv", lines());

/** One configuration with the law; no smoothing and no anchor, so that the data follow the laws exactly. */
const EXACT = { final_window: 1, smoothing_window: 1, anchor: false };
const sweep = (spec: Partial<SweepSpec>): SweepSpec => ({
  ...{ table, method: "ladder", axes: { ...EXACT, law: LAW }, targets: { N: "7B", D: "2T", experts: 64 } },
  ...{ tasks: "t", backend: "cpu" },
  ...spec,
});

test("a law with a column beside N and D is found, and chained to the score of a target that has the column", async () => {
  const { tables } = await runSweep(
    sweep({
      targets: [
        { N: "7B", D: "2T", experts: 64 },
        { name: "dense", n: 7e9, d: 2e12, experts: 1 },
      ],
    }),
  );
  const { predictions, parameters, runs } = tables;
  const wanted = [64, 1].map((experts) => lossOf(7e9, 2e12, experts));
  expect(rowsOf(predictions).map((row) => textAt(predictions, "target", row))).toEqual([
    "N=7B, D=2T, experts=64",
    "dense",
  ]);
  wanted.forEach((loss, row) => {
    expect(numberAt(predictions, "feature_predicted", row)).toBeCloseTo(loss, 6);
    expect(numberAt(predictions, "predicted", row)).toBeCloseTo(accuracyOf(loss), 6);
  });
  const named = new Map(
    rowsOf(parameters).map((row) => [
      textAt(parameters, "parameter", row),
      numberAt(parameters, "value", row),
    ]),
  );
  expect(named.get("G")).toBeCloseTo(0.4, 4);
  expect(named.get("g")).toBeCloseTo(0.5, 4);
  expect(numberAt(runs, "input.experts", runs.rows - 2)).toBe(64);
});

/** What is planned, without any fit. */
const stagesOf = async (spec: Partial<SweepSpec>) => {
  const { plan, lines: said } = await prepareSweep(sweep(spec));
  return { stages: plan.cells.map(({ plan: { stages } }) => stages), plan, said };
};

/** Values of one column of the points of a stage. */
const column = (stage: unknown, name: string): number[] => {
  const { problem } = stage as { problem: { form: { variableNames: string[] }; variables: Float64Array[] } };
  return [...problem.variables[problem.form.variableNames.indexOf(name)]!];
};

test("a sweep says what each expression takes, and tables have the axis where a configuration uses it alone", async () => {
  const { said } = await stagesOf({});
  expect(said).toContain(`law ${LAW}: inputs N, D, experts; parameters E, A, alpha, B, beta, G, g`);
  const { sweep: usual } = await prepareSweep(sweep({ axes: EXACT, targets: "7B@2T" }));
  expect(usual.method.axes.map(({ name }) => name)).not.toContain("law");
  const { sweep: chosen } = await prepareSweep(
    sweep({ axes: { law: ["input", "kaplan"] }, targets: "7B@2T" }),
  );
  expect(chosen.method.axes.map(({ name }) => name)).toContain("law");
});

test("the paper's law by its name is the same problem as by the input; C is the FLOPs that are chosen", async () => {
  const { plan } = await stagesOf({ axes: { law: ["input", "chinchilla"] }, targets: "7B@2T" });
  expect(plan.cells[0]!.keys).toEqual(plan.cells[1]!.keys);
  const { stages } = await stagesOf({ axes: { law: "power-law", flops: "6nd" }, targets: "7B@2T" });
  const c = column(stages[0]![0], "C");
  expect(Math.max(...c)).toBeCloseTo(6 * 1.2e9 * 1.2e9 * 160, -10);
});

test("a run without the column is left out and counted; so is a target of the table, with the reason", async () => {
  const few = lines((experts, run) => (run.startsWith("200000000-10-") ? "" : String(experts)));
  const big = `big,7e9,2e12,t,0.9,0.7,`;
  const holed = file(
    "holed.csv",
    `role,${HEAD}\n${few.map((line) => `fit,${line}`).join("\n")}\ntarget,${big}\n`,
  );
  const { stages } = await stagesOf({
    table: holed,
    targets: ["big", { N: "7B", D: "2T", experts: 2 }],
  });
  const [step1, , skipped] = stages[0]!;
  expect(column(step1, "experts")).toHaveLength(24);
  expect(step1).toMatchObject({ leftOut: [{ reason: "experts is missing", points: 3 }] });
  expect(skipped).toMatchObject({ skipped: { reason: "big is not predicted: experts is missing" } });
});

test("the input of a named form may be mapped to a column, of a wide table too, with a count's unit or an expression", async () => {
  const wide = file(
    "wide.csv",
    `run,n,d,loss_t,acc_t,experts\n${lines((experts) => `${experts}K`)
      .map((line) => line.replace(",t,", ","))
      .join("\n")}\n`,
  );
  const { stages } = await stagesOf({
    table: wide,
    columns: { subjects: { t: { loss: "loss_t", accuracy: "acc_t" } }, inputs: { K: "experts" } },
    axes: { law: "routed-experts", ...EXACT },
    targets: { N: "7B", K: "64K", D: "2T" },
  });
  expect(new Set(column(stages[0]![0], "K"))).toEqual(new Set([1000, 4000, 16000]));
  const computed = await stagesOf({
    columns: { inputs: { K: { sql: "experts * 2" } } },
    axes: { law: "routed-experts", ...EXACT },
    targets: { N: "7B", K: 64, D: "2T" },
  });
  expect(new Set(column(computed.stages[0]![0], "K"))).toEqual(new Set([2, 8, 32]));
});

test("a Parquet table of which one task is asked for keeps the column", async () => {
  const { writeTable } = await import("../../../src/tables/write.ts");
  const { readTable } = await import("../../../src/tables/read.ts");
  const parquet = join(table, "..", "experts.parquet");
  await writeTable(parquet, await readTable(table, { text: ["subject"] }));
  const { stages } = await stagesOf({ table: parquet });
  expect(new Set(column(stages[0]![0], "experts"))).toEqual(new Set([1, 4, 16]));
});

test("a form of the user's is crossed with links of the user's, and a single step takes the law too", async () => {
  const forms = {
    mine: {
      expression: "L = E + A*experts^-g",
      variables: { experts: "number of experts" },
      parameters: { E: { start: [0, 1] }, A: { start: [0, 1] }, g: { start: [0, 1] } },
    },
    bent: {
      expression: "accuracy = b - k*x^2",
      variables: { x: "loss" },
      parameters: { b: { start: [0, 1] }, k: { start: [0, 1] } },
    },
  } as unknown as SweepSpec["forms"] & object;
  const { plan } = await stagesOf({
    forms,
    axes: { ...EXACT, law: ["mine", LAW], link: ["bent", "linear"] },
  });
  const names = plan.cells.map(({ plan: { stages } }) =>
    stages.map((stage) => ("problem" in stage ? stage.problem.form.name : "")),
  );
  expect(names).toEqual([
    ["mine", "bent"],
    ["mine", "linear"],
    ["law", "bent"],
    ["law", "linear"],
  ]);
  const { stages } = await stagesOf({
    axes: { feature: "none", law: "negative-log-score" },
    targets: "7B@2T",
  });
  expect(stages[0]![0]).toMatchObject({ name: "single", problem: { form: { name: "negative-log-score" } } });
});

describe("bad input is one line that names it", () => {
  const bad = (spec: Partial<SweepSpec>) => messageOf(prepareSweep(sweep(spec)));

  test.each<[string, Partial<SweepSpec>, RegExp]>([
    [
      "a size without the input",
      { targets: "7B@2T" },
      /targets: "7B@2T" lacks experts, an input of law E \+ A/,
    ],
    [
      "an input that no law takes",
      { targets: { N: 7e9, D: 2e12, experts: 8, expert: 1 } },
      /no law takes "expert"; allowed: N, D, C, experts; did you mean "experts"\?/,
    ],
    [
      "a size without tokens",
      { targets: { N: 7e9, experts: 8 } as never },
      /^UserError: sweep: targets: \{"N":7000000000,"experts":8\}; allowed/,
    ],
    [
      "a slip in a column's name",
      { axes: { law: "E + A/N^alpha + G*expert^-g" } },
      /no column "expert"; did you mean "experts"\?/,
    ],
    [
      "a column of text",
      { axes: { law: "E + A/N^alpha + G*subject" } },
      /row 1 \(line 2\), column "subject": "t" is not a number/,
    ],
    [
      "no column of a form's variable",
      { axes: { law: "granular-experts" } },
      /law granular-experts: no column "G" .*allowed: columns: \{inputs: \{G: COLUMN\}\}/,
    ],
    [
      "no parameter",
      { axes: { law: "N + D" } },
      /^UserError: sweep: law "y = N \+ D": every name is a column/,
    ],
    ["no input", { axes: { law: "a + b" } }, /none of a, b is a column; the columns are run, n, d/],
    ["a bad expression", { axes: { law: "E + A/(" } }, /axes\.law: unexpected end of expression/],
    [
      "another column for N",
      { columns: { inputs: { N: "experts" } } },
      /columns\.inputs: N, D and C of laws are the columns n, d and c/,
    ],
    [
      "a mapped column that is not there",
      { columns: { inputs: { K: "expert" } } },
      /no column "expert" \(named under columns\.inputs\.K\)/,
    ],
    [
      "a form named as the default",
      {
        forms: {
          input: { expression: "y = a*x", variables: { x: "x" }, parameters: { a: { start: [0, 1] } } },
        } as never,
      },
      /forms\.input: "input" is a choice of axis law/,
    ],
  ])("%s", async (_, spec, message) => {
    expect(await bad(spec)).toMatch(message);
  });
});

test("tables have the law of each cell", async () => {
  const { tables } = await runSweep(sweep({ axes: { ...EXACT, law: ["chinchilla", LAW] } }));
  expect([...columnOf(tables.cells, "law").values]).toEqual(["chinchilla", LAW]);
  expect(findColumn(tables.predictions, "law")).toBeDefined();
});
