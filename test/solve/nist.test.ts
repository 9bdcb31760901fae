import { readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { Problem } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { cxx } from "../kernels/toolchains.ts";
import { sharedData } from "../shared-data.ts";
import { digits, nistNames, readNist } from "./nist-problems.ts";

const folder = sharedData("nist");
const page = new URL("../../docs/nist.md", import.meta.url);

interface Row {
  problem: string;
  points: number;
  parameters: number;
  far: number;
  near: number;
}

async function solveAll(): Promise<Row[]> {
  const read = nistNames.map((name) => readNist(folder!, name));
  const from = (which: 0 | 1): Problem[] =>
    read.map(({ problem, starts }) => ({ ...problem, givenStarts: [starts[which]] }));
  const results = await solveProblems([...from(0), ...from(1)], {
    starts: 0,
    iterationLimit: 20_000,
    backend: "native",
  });
  return read.map(({ problem, certified }, i) => {
    const [far = 0, near = 0] = [results[i]!, results[read.length + i]!].map((result) =>
      "solution" in result ? digits(result.solution.parameters, certified) : 0,
    );
    return { problem: problem.key, points: problem.response.length, parameters: certified.length, far, near };
  });
}

/** Digits are rounded down to whole ones, which do not depend on the processor or the compiler's version. */
function pageOf(rows: Row[]): string {
  const whole = (value: number): number => Math.max(0, Math.floor(value));
  const lines = rows.map(
    ({ problem, points, parameters, far, near }) =>
      `| ${problem} | ${points} | ${parameters} | ${whole(far)} | ${whole(near)} |`,
  );
  return `# NIST's certified problems

The ${rows.length} nonlinear regression problems of NIST's Statistical Reference Datasets come with parameters certified to
11 digits and two starting points each, a far and a near one. Each is written as a form of a user's own and solved from
each of its two starts alone on the native backend. The table has the digits in which the worst parameter agrees
with the certified one, at most 11, rounded down; 0 means that this start led elsewhere. \`test/solve/nist.test.ts\` holds the solver to this page.

| problem | points | parameters | digits from the far start | digits from the near start |
| --- | --- | --- | --- | --- |
${lines.join("\n")}
`;
}

describe.skipIf(folder === undefined || cxx === undefined)(
  "NIST's certified problems (skipped where their data or a C++ compiler is absent)",
  () => {
    let rows: Row[];
    beforeAll(async () => {
      rows = await solveAll();
      console.log(pageOf(rows));
    });

    test("all 27 agree to 8 digits from the near start", () => {
      expect(rows).toHaveLength(27);
      expect(rows.filter((row) => row.near < 8)).toEqual([]);
    });

    test("at least 25 agree to 8 digits from the far start", () => {
      expect(rows.filter((row) => row.far >= 8).length).toBeGreaterThanOrEqual(25);
    });

    test("docs/nist.md has their digits", () => {
      if (process.env.UPDATE_DOCS === "1") writeFileSync(page, pageOf(rows));
      expect(readFileSync(page, "utf8")).toBe(pageOf(rows));
    });
  },
);
