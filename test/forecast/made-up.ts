import { checkForecast, type Forecast, type ForecastQuantity } from "../../src/forecast/document.ts";
import { seal } from "../../src/forecast/seal.ts";

/** A quantity made up: loss 2.2, with an interval of 90 % from 2.1 to 2.3. */
export function quantity(own: Partial<ForecastQuantity> = {}): ForecastQuantity {
  return {
    ...{ name: "loss", task: "loss", measure: "loss", target: "70B@15T", value: 2.2 },
    ...{ determined: "yes", determined_reason: null },
    intervals: [interval()],
    rivals: [],
    sensitivity: [],
    ...own,
  };
}

export function interval(own: Partial<ForecastQuantity["intervals"][number]> = {}) {
  return {
    ...{ purpose: "run", interval: "expanded", level: 0.9, lower: 2.1, upper: 2.3 },
    ...{ status: "ok", reason: null, backtest_rate: null, backtest_count: null },
    ...own,
  };
}

/** A sealed forecast made up. */
export function forecast(own: Partial<Forecast> = {}): Forecast {
  const document = {
    ...{
      program: "lawfit",
      kind: "forecast",
      version: "0.1.0",
      sealed: "2026-11-30T12:00:00.000Z",
      by: "2027-01-31",
    },
    targets: [
      {
        name: "70B@15T",
        inputs: { N: 7e10, D: 1.5e13 },
        n: 7e10,
        d: 1.5e13,
        c: 6.3e24,
        budget_multiple: 5126.95,
      },
    ],
    quantities: [quantity()],
    method: "fit",
    settings: { law: "chinchilla", delta: 0.001 },
    laws: [],
    history: { rows: [], reason: "no cut is possible" },
    source: {
      tables: [{ path: "runs.csv", rows: 15, sha256: "f0b8" }],
      ...{ sweep_file: null, sweep: {}, fit_runs: 15, largest_run: null },
    },
    ...own,
  };
  return checkForecast(seal(document), "made up");
}
