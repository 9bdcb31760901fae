import { readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { Problem } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { cxx } from "../kernels/toolchains.ts";
import { sharedData } from "../shared-data.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { digits, nistNames, readNist } from "./nist-problems.ts";

const folder = sharedData("nist");
const page = new URL("../../docs/nist.md", import.meta.url);
const isUpdate = process.env.UPDATE_DOCS === "1";
const isWhole = wholeCrosses || isUpdate;

interface Row {
  problem: string;
  points: number;
  parameters: number;
  far: number;
  near: number;
}

async function solveAll(): Promise<Row[]> {
  const read = nistNames(isWhole).map((name) => readNist(folder!, name));
  const from = (which: 0 | 1): Problem[] =>
    read.map(({ problem, starts }) => ({ ...problem, givenStarts: [starts[which]] }));
  const results = await solveProblems([...from(0), ...from(1)], {
    starts: 0,
    iterationLimit: 20_000,
    backend: "native",
    kernels: "auto",
  });
  return read.map(({ problem, certified }, i) => {
    const [far = 0, near = 0] = [results[i]!, results[read.length + i]!].map((result) =>
      "solution" in result ? digits(result.solution.parameters, certified) : 0,
    );
    return { problem: problem.key, points: problem.response.length, parameters: certified.length, far, near };
  });
}

/** Digits are rounded down to whole ones, which do not depend on the processor or the compiler's version. */
function lineOf({ problem, points, parameters, far, near }: Row): string {
  const whole = (value: number): number => Math.max(0, Math.floor(value));
  return `| ${problem} | ${points} | ${parameters} | ${whole(far)} | ${whole(near)} |`;
}

function pageOf(rows: Row[]): string {
  return `# NIST's certified problems

The ${rows.length} nonlinear regression problems of NIST's Statistical Reference Datasets come with parameters certified to
11 digits and two starting points each, a far and a near one. Each is written as a form of a user's own and solved from
each of its two starts alone on the native backend. The table has the digits in which the worst parameter agrees
with the certified one, at most 11, rounded down; 0 means that this start led elsewhere. \`test/solve/nist.test.ts\` holds the solver to this page.

| problem | points | parameters | digits from the far start | digits from the near start |
| --- | --- | --- | --- | --- |
${rows.map(lineOf).join("\n")}
`;
}

describe.skipIf(folder === undefined || cxx === undefined)(
  "NIST's certified problems (skipped where their data or a C++ compiler is absent)",
  () => {
    let rows: Row[];
    beforeAll(async () => {
      rows = await solveAll();
    });

    test("all agree to 8 digits from the near start", () => {
      expect(rows).toHaveLength(isWhole ? 27 : 8);
      expect(rows.filter((row) => row.near < 8)).toEqual([]);
    });

    test("all but two agree to 8 digits from the far start", () => {
      expect(rows.filter((row) => row.far < 8).length).toBeLessThanOrEqual(2);
    });

    test("docs/nist.md has their digits", () => {
      if (isUpdate) writeFileSync(page, pageOf(rows));
      const text = readFileSync(page, "utf8");
      if (isWhole) expect(text).toBe(pageOf(rows));
      expect(text.split("\n")).toEqual(expect.arrayContaining(rows.map(lineOf)));
    });
  },
);
