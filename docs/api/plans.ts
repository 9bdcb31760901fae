import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  calibrationOf,
  compareRecipes,
  forecastRun,
  intervalScore,
  plan,
  planNext,
  readForecast,
  readScored,
  readScoredFolder,
  readSealed,
  scoredForecast,
  scoreForecast,
  scoresOf,
  writeForecast,
  writeScored,
} from "lawfit";
import { D, folder, L, N } from "./runs.ts";
import { run } from "./sweeps.ts";

// #region plan
// The best size and tokens of 1e22 FLOPs, with the interval of its loss.
const { plans } = await plan(run, { budgets: [1e22] });
assert.equal(plans.rows, 1);
// #endregion plan

// #region planNext
// Which run would narrow the interval of a large one most, for its cost?
const { candidates } = await planNext(run, {
  candidates: "N=1e9..4e9:2,D=2e10..8e10:2",
  targets: ["N=70e9,D=15e12"],
});
assert.equal(candidates.rows, 4);
// #endregion planNext

// #region compareRecipes
// Two recipes of training data, of which the second is 1 % worse: which is better at ten times the compute, and how surely?
const recipes = join(folder, "recipes.csv");
const rows = [1, 1.01].flatMap((factor, r) =>
  N.map((n, i) => `${["web", "code"][r]},${n},${D[i]},${factor * L[i]!}\n`),
);
await writeFile(recipes, `recipe,N,D,loss\n${rows.join("")}`);
const compared = await compareRecipes(
  {
    table: recipes,
    method: "fit",
    fit: { group: "recipe" },
    axes: { residual: "log" },
    backend: "cpu",
  },
  { targets: ["5B@400B"], pooling: "own", draws: 20 },
);
assert.equal(
  compared.recipes.columns.find(({ name }) => name === "recipe")!.values[0],
  "web",
);
// #endregion compareRecipes

// #region forecastRun
const forecast = await forecastRun(run, {
  targets: ["N=70e9,D=15e12"],
  by: "2999-01-31",
});
const [loss] = forecast.quantities;
assert(loss!.intervals.length > 0);
// #endregion forecastRun

// #region writeForecast
const path = join(folder, "forecast.json");
const [file, page] = await writeForecast(path, forecast);
assert(file === path && page!.endsWith("forecast.md"));
// #endregion writeForecast

// #region readForecast
assert.deepEqual((await readForecast(path)).quantities, forecast.quantities);
// #endregion readForecast

// #region readSealed
const { check } = await readSealed(path);
assert(check.sealed);
// #endregion readSealed

// #region scoredForecast
// What came of it, by the names of the quantities.
const scored = scoredForecast(forecast, { [loss!.name]: 1.93 });
// #endregion scoredForecast

// #region scoreForecast
assert.deepEqual(
  (await scoreForecast(path, { actual: { [loss!.name]: 1.93 } })).actual,
  scored.actual,
);
// #endregion scoreForecast

// #region scoresOf
const [outcome] = scoresOf(scored);
assert(Math.abs(outcome!.error - (loss!.value - 1.93)) < 1e-12);
// #endregion scoresOf

// #region writeScored
const scores = join(folder, "scores");
await mkdir(scores);
await writeScored(join(scores, "forecast.scored.json"), scored);
// #endregion writeScored

// #region readScored
assert.deepEqual(await readScored(join(scores, "forecast.scored.json")), scored);
// #endregion readScored

// #region readScoredFolder
const { scored: all, passedOver } = await readScoredFolder(scores);
assert(all.length === 1 && passedOver === 0);
// #endregion readScoredFolder

// #region calibrationOf
const { forecasts, intervals } = calibrationOf(all);
assert(forecasts === 1 && intervals.rows > 0);
// #endregion calibrationOf

// #region intervalScore
// The width, and 2/(1 - level) times how far the value is outside.
assert.equal(intervalScore(1.9, 2.1, 0.9, 2.0).toFixed(6), "0.200000");
assert.equal(intervalScore(1.9, 2.1, 0.9, 2.2).toFixed(6), "2.200000");
// #endregion intervalScore
