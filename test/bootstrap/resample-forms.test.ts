import { afterAll, beforeAll, expect, test } from "vitest";
import { drawDataSet } from "../../bench/coverage/data-set.ts";
import { planOf } from "../../bench/coverage/data-set-plan.ts";
import { getScenario } from "../../bench/coverage/scenarios.ts";
import { fitStage, resampleFitted } from "../../bench/coverage/study-stage.ts";
import { resampleForms } from "../../src/bootstrap/resample-forms.ts";
import { getScheme } from "../../src/bootstrap/schemes.ts";
import { getForm } from "../../src/forms/registry.ts";
import { openBackend } from "../../src/solve/backends.ts";
import type { Backend } from "../../src/solve/kernel.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend("cpu", 1);
});
afterAll(() => backend.close());

const scheme = getScheme("run");
const options = { leftOut: false, freshStarts: 0, resamples: 2, seed: 1 };

/** The forms that a stage of a data set is resampled under. */
async function formsOf(scenario: string, stage: 0 | 1) {
  const condition = { runs: 16, autocorrelation: 0, scenario: getScenario(scenario), ratios: [10] } as const;
  const planned = planOf(drawDataSet(condition, 0, 1), "huber").stages[stage]!;
  const fitted = await fitStage(backend, planned, "stage", options);
  const { use } = await resampleFitted(backend, fitted, scheme, () => ({ place: 0, n: 1 }), options);
  return resampleForms(backend, use, { scheme, blockLength: 5, resamples: 101, freshStarts: 0 }, 1);
}

test("the form that the data follow draws most replicates, and all of them are drawn once", async () => {
  const { members, member, row } = (await formsOf("gompertz-precise", 1))!;
  const drawn = members.map(({ form, rows }) => ({ name: form, count: rows.degenerate.length }));
  const ofGompertz = drawn
    .filter(({ name }) => name === "gompertz")
    .reduce((sum, { count }) => sum + count, 0);
  expect(ofGompertz).toBeGreaterThan(80);
  expect(new Set(Array.from(member, (m, i) => `${m} ${row[i]}`)).size).toBe(101);
  members.forEach(({ rows }, m) => {
    const places = Array.from(row).filter((_, i) => member[i] === m);
    expect(places.sort((a, b) => a - b)).toEqual(Array.from(rows.degenerate.keys()));
  });
});

test("the best score is held at the ceilings", async () => {
  const { members } = (await formsOf("normal", 1))!;
  const best = members.flatMap(({ form, rows }) =>
    form === "log-sigmoid" ? [] : [rows.parameters[getForm(form).parameterNames.indexOf("b")]],
  );
  expect([...new Set(best)].sort()).toEqual([0.92, 0.96, 1]);
});

test("a law has no others in its place", async () => {
  expect(await formsOf("normal", 0)).toBeUndefined();
});
