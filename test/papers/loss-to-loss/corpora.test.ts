import { expect, test } from "vitest";
import { corpusPairs } from "../../../src/papers/loss-to-loss/loss-to-loss.ts";
import { tableOfRows } from "../../methods/tables.ts";

const row = (run: string, family: string | null, role: "fit" | "target" = "fit") => {
  return { run, family, role, d: 1, metrics: { loss: 1 } };
};
const table = tableOfRows([row("a", "web"), row("b", "code"), row("c", "web"), row("big", "math", "target")]);
const all = { relation: "train-to-train", source: "all", destination: "all" } as const;
const pairs = (recipe: Partial<Parameters<typeof corpusPairs>[0]>, of = table) =>
  corpusPairs({ ...all, ...recipe }, of, "f.yaml: axes").map(
    ({ source, destination }) => `${source} ${destination}`,
  );

test("all stands for the corpora that runs to fit were trained on, as each relation has them", () => {
  expect(pairs({ relation: "train-to-train" })).toEqual(["code code", "code web", "web code", "web web"]);
  expect(pairs({ relation: "test-to-test" })).toEqual(["code web", "web code"]);
  expect(pairs({ relation: "composed", source: "web" })).toEqual(["web code"]);
  for (const relation of ["train-to-test", "loss-to-error", "scaling-law"] as const) {
    expect(pairs({ relation })).toEqual(["code code", "web web"]);
    expect(pairs({ relation, destination: "code" })).toEqual(["code code"]);
    expect(pairs({ relation, source: "web", destination: "code" })).toEqual([]);
  }
});

test("a corpus that no run to fit was trained on is named, with those that are there", () => {
  expect(() => pairs({ source: "math" })).toThrow(
    'f.yaml: axes.source: no fit run of made by hand has family "math"; allowed: all, code, web',
  );
  expect(() => pairs({ destination: "wed" })).toThrow(/axes\.destination: .* "wed".*did you mean "web"/);
});

test("a table without families is refused", () => {
  expect(() => pairs({}, tableOfRows([row("a", null)]))).toThrow(
    "f.yaml: axes: made by hand does not say what its fit runs were trained on; allowed: a table with the column family",
  );
});
