import { expect, test } from "vitest";
import { formatMixtures } from "../../src/mixture/extension.ts";
import type { Column, Table } from "../../src/tables/table.ts";

const numbers = ["level", "predicted", "gain", "gain_lower", "gain_upper"];

/** Table `mixture_optima`, as far as the summary looks at it. */
function optimaOf(rows: readonly Record<string, string | number | null>[]): Table {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name): Column => {
    if (numbers.includes(name) || name.startsWith("mix.")) {
      return {
        name,
        type: "float64",
        values: Float64Array.from(rows, (row) => Number(row[name] ?? Number.NaN)),
      };
    }
    return { name, type: "string", values: rows.map((row) => row[name] as string | null) };
  });
  return { rows: rows.length, columns };
}

const row = {
  ...{ task: "arc", target: "7B", law: "m4", level: null },
  ...{ "mix.general": 0.8, "mix.code": 0.2, predicted: 0.55, gain: 0.01, shape: "peak" },
  baseline: "general 0.7, code 0.3",
};
const linesOf = (rows: Parameters<typeof optimaOf>[0], axes: string[] = []) =>
  formatMixtures(optimaOf(rows), axes)
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/ {2,}/));

test("of two sources the share of the second is enough", () => {
  const lines = linesOf([row]);
  expect(lines[0]).toEqual(["best mixtures; gains are over general 0.7, code 0.3"]);
  expect(lines[1]).toEqual(["task", "target", "best code", "predicted", "gain", "shape"]);
  expect(lines.filter(([task]) => task === "arc")).toEqual([
    ["arc", "7B", "0.20", "0.5500", "0.0100", "peak"],
  ]);
});

test("of three sources every share has a column, and there is no shape", () => {
  const three = { ...row, "mix.general": 0.5, "mix.code": 0.2, "mix.maths": 0.3, shape: null };
  const [, header] = linesOf([three]);
  expect(header).toEqual(["task", "target", "best general", "best code", "best maths", "predicted", "gain"]);
});

test("axes that vary have a column, and baselines that differ are not named", () => {
  const other = { ...row, target: "3B", law: "m2", baseline: "general 1, code 0" };
  const [title, header] = linesOf([row, other], ["law", "link"]);
  expect(title).toEqual(["best mixtures; gains are over each target's baseline"]);
  expect(header!.slice(0, 3)).toEqual(["task", "target", "law"]);
});

test("of several levels the intervals of the first are printed, once", () => {
  const at = (level: number, half: number) => ({
    ...{ ...row, level, gain_lower: 0.01 - half, gain_upper: 0.01 + half },
    ...{ "mix.code_lower": 0.2 - 10 * half, "mix.code_upper": 0.2 + 10 * half },
  });
  const lines = linesOf([at(0.5, 0.005), at(0.9, 0.01)]);
  expect(lines[1]!.slice(2)).toEqual([
    ...["best code", "50 % of it", "predicted", "gain", "50 % of the gain", "shape"],
  ]);
  expect(lines.filter(([task]) => task === "arc")).toEqual([
    ["arc", "7B", "0.20", "0.15..0.25", "0.5500", "0.0100", "0.0050..0.0150", "peak"],
  ]);
});

test("where there is none, that is said", () => {
  expect(formatMixtures({ rows: 0, columns: [] }, [])).toBe(
    "\nno best mixture: no task can be predicted at the baseline of a size\n",
  );
});

test("a row whose numbers cannot be taken as they are has the word beside it, and the sentence below", () => {
  const wrong = { ...row, task: "race", status: "outside-range", reason: "predicted: beyond 0 to 1" };
  const lines = linesOf([{ ...row, status: "ok", reason: null }, wrong]);
  expect(lines[1]!.at(-1)).toBe("status");
  expect(lines.find(([task]) => task === "race")!.at(-1)).toBe("outside-range");
  expect(lines.at(-1)).toEqual(["race, 7B: predicted: beyond 0 to 1"]);
});
