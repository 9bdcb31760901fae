import { expect, test, vi } from "vitest";
import type { Reproduction } from "../../../src/reproduce/reproduce.ts";
import { lawfit } from "../command-line.ts";

const counts = { reproduced: 3, explained: 1, "not reproduced": 0 };

/** What comes of a paper, without the minute that its sweep takes. */
vi.mock("../../../src/reproduce/reproduce.ts", () => ({
  reproduce: async (): Promise<Reproduction> => ({
    paper: { name: "ladder", title: "A paper", source: "Nobody, 2024" },
    tables: [],
    counts,
  }),
}));

test.each([
  [0, 0],
  [1, 1],
  [20, 1],
])("of %i numbers that are not reproduced the exit code is %i", async (off, expected) => {
  counts["not reproduced"] = off;
  const { code, stdout } = await lawfit("reproduce", "ladder", "--table", "ladder.parquet", "--quiet");
  expect(stdout).toContain("A paper (Nobody, 2024)");
  expect(code).toBe(expected);
});
