import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatDerived } from "../../src/derived/summary.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import type { SweepSpec } from "../../src/spec/spec.ts";
import { numberAt, rowsOf, type Table, textAt } from "../../src/tables/table.ts";
import { temporaryFolder } from "../tables/temporary.ts";

const { folder } = temporaryFolder();

/** Writes a table of twelve runs with errors of 0.002 to 0.013 about E + A/N^alpha + B/D^beta. */
const LOSSES = [3.4969, 3.2375, 3.0695, 2.9431, 3.0095, 2.7621, 2.572, 2.4757, 2.7417, 2.5173, 2.3163, 2.217];
const SIGMAS = [0.01, 0.02, 0.01, 0.015, 0.01, 0.02, 0.02, 0.01, 0.015, 0.01, 0.01, 0.02];
const SIZES = [1e8, 3e8, 1e9, 3e9];
const TOKENS = [2, 20, 200];
const runs = join(folder, "runs.csv");
const rows = TOKENS.flatMap((tokens) => SIZES.map((size) => ({ size, tokens })));
writeFileSync(
  runs,
  `params,tokens_b,bpb,err\n${rows.map(({ size, tokens }, i) => `${size},${tokens},${LOSSES[i]},${SIGMAS[i]}\n`).join("")}`,
);

const LAW = "bpb = E + A/params^alpha + B/tokens^beta";
const X = { tokens: "tokens_b * 1e9" };

async function fitted(spec: Partial<SweepSpec>): Promise<Record<string, Table>> {
  const { tables } = await runSweep({
    ...{ table: runs, method: "fit", axes: { law: LAW }, fit: { x: X }, backend: "cpu" },
    ...spec,
  });
  return { ...tables };
}

/** A column of a table by the names of the parameters. */
function byParameter({ parameters }: Record<string, Table>, column: string): Record<string, number> {
  return Object.fromEntries(
    rowsOf(parameters!).map((row) => [
      textAt(parameters!, "parameter", row),
      numberAt(parameters!, column, row),
    ]),
  );
}

// SciPy 1.17: curve_fit(f, (N, D), y, sigma=..., absolute_sigma=..., jac=..., x_scale="jac", method="trf") with tolerances of 1e-15, five
// times from its own end; without the analytic Jacobian it is off by 2e-6.
const SCIPY = {
  none: {
    value: { E: 1.67833221, A: 451.1461359, alpha: 0.3452528315, B: 360.5638211, beta: 0.2734690038 },
    error: { E: 0.05027655808, A: 221.2031889, alpha: 0.02908434334, B: 107.7501557, beta: 0.01532727705 },
  },
  sigma: {
    value: { E: 1.643685238, A: 346.1201737, alpha: 0.3293274946, B: 326.6853528, beta: 0.268180829 },
    absolute: { E: 0.09731231213, A: 256.4542263, alpha: 0.04443603664, B: 139.2054773, beta: 0.0219750002 },
    relative: { E: 0.07249499151, A: 191.0513331, alpha: 0.03310362305, B: 103.7042454, beta: 0.01637076972 },
  },
};

function expectClose(found: Record<string, number>, wanted: Record<string, number>): void {
  expect(Object.keys(found).sort()).toEqual(Object.keys(wanted).sort());
  for (const [name, value] of Object.entries(wanted))
    expect(Math.abs(found[name]! / value - 1), name).toBeLessThan(1e-6);
}

test("tables name laws that are expressions by their equations", async () => {
  const laws = ["E + A/params^alpha", "bpb = E + B/tokens^beta", "chinchilla"];
  const x = { ...X, N: "params", D: "tokens_b * 1e9" };
  const { fits, parameters } = await fitted({ axes: { law: laws }, fit: { x, y: "bpb" } });
  const wanted = ["bpb = E + A/params^alpha", "bpb = E + B/tokens^beta", "chinchilla"];
  expect(rowsOf(fits!).map((row) => textAt(fits!, "form", row))).toEqual(wanted);
  expect(new Set(rowsOf(parameters!).map((row) => textAt(parameters!, "form", row)))).toEqual(
    new Set(wanted),
  );
});

test("rows of a file are held out by its name", async () => {
  const held = join(folder, "held.csv");
  writeFileSync(held, "params,tokens_b,bpb\n1e10,400,2.1\n");
  const { laws } = await fitted({ table: [runs, held], fit: { x: X, test: "filename = 'held'" } });
  expect(numberAt(laws!, "test_rows", 0)).toBe(1);
});

describe("parameters and standard errors agree with SciPy's curve_fit", () => {
  test("without errors of the responses", async () => {
    const tables = await fitted({});
    expectClose(byParameter(tables, "estimate"), SCIPY.none.value);
    expectClose(byParameter(tables, "standard_error"), SCIPY.none.error);
    expect(textAt(tables.parameters!, "errors_by", 0)).toBe("points");
  });

  test("with their errors, taken as they are", async () => {
    const tables = await fitted({ fit: { x: X, sigma: "err" } });
    expectClose(byParameter(tables, "estimate"), SCIPY.sigma.value);
    expectClose(byParameter(tables, "standard_error"), SCIPY.sigma.absolute);
    const { covariance } = tables;
    const row = rowsOf(covariance!).find(
      (at) => textAt(covariance!, "parameter", at) === "E" && textAt(covariance!, "other", at) === "A",
    )!;
    expect(numberAt(covariance!, "correlation", row)).toBeCloseTo(0.8868984990656247, 6);
  });

  test("with weights, whose size says nothing of the errors", async () => {
    const tables = await fitted({ fit: { x: X, weights: "1e-3 / (err * err)" } });
    expectClose(byParameter(tables, "estimate"), SCIPY.sigma.value);
    expectClose(byParameter(tables, "standard_error"), SCIPY.sigma.relative);
  });
});

test("a built-in form, whose inputs are guessed, has the parameters of the expression in the user's terms", async () => {
  const tables = await fitted({ axes: { law: "chinchilla" }, fit: { y: "bpb" } });
  const { parameters } = tables;
  const estimates = Object.fromEntries(
    rowsOf(parameters!).map((row) => [
      textAt(parameters!, "quantity", row),
      numberAt(parameters!, "estimate", row),
    ]),
  );
  expectClose(estimates, SCIPY.none.value);
});

test("leverages sum to the number of parameters, and residuals are fitted - response", async () => {
  const { points } = await fitted({});
  const leverage = rowsOf(points!).map((row) => numberAt(points!, "leverage", row));
  expect(leverage.reduce((sum, value) => sum + value, 0)).toBeCloseTo(5, 6);
  for (const row of rowsOf(points!)) {
    const [fittedValue, response] = [numberAt(points!, "fitted", row), numberAt(points!, "response", row)];
    expect(numberAt(points!, "residual", row)).toBeCloseTo(fittedValue - response, 12);
  }
});

test("rows that are held out are predicted and not fitted", async () => {
  const tables = await fitted({
    axes: { law: "bpb = E + A/params^alpha" },
    fit: { test: "params > 2e9", where: "tokens_b = 20" },
  });
  expect(numberAt(tables.fits!, "points", 0)).toBe(3);
  expect(numberAt(tables.laws!, "test_rows", 0)).toBe(1);
  const { predictions } = tables;
  expect(textAt(predictions!, "target", 0)).toBe("row 8");
  expect(numberAt(predictions!, "actual", 0)).toBe(2.4757);
  // Three points determine three parameters: E, A and alpha solve them exactly.
  const error = numberAt(predictions!, "predicted", 0) - 2.4757;
  expect(numberAt(tables.laws!, "test_mean_abs_error", 0)).toBeCloseTo(Math.abs(error), 12);
});

test("groups are fitted apart, and one of too few rows is skipped with its reason", async () => {
  const table = join(folder, "groups.csv");
  writeFileSync(
    table,
    `g,x,y\n${[1, 2, 3, 4].map((x) => `a,${x},${3 + 2 * x}\nb,${x},${5 - x}\n`).join("")}c,1,1\n`,
  );
  const tables = await fitted({ table, axes: { law: "y = p + q*x" }, fit: { group: "g" } });
  const { laws, problems_skipped: skipped } = tables;
  expect(rowsOf(laws!).map((row) => textAt(laws!, "task", row))).toEqual(["a", "b", "c"]);
  expect(textAt(laws!, "equation", 0)).toBe("y = 3 + 2*x");
  expect(textAt(laws!, "equation", 1)).toBe("y = 5 - 1*x");
  expect(skipped!.rows).toBe(1);
  expect(textAt(skipped!, "reason", 0)).toBe("1 points for 2 free parameters of form law");
});

test("predictions at inputs have the interval that the covariance gives", async () => {
  const table = join(folder, "line.csv");
  writeFileSync(table, `x,y\n0,1\n1,2.9\n2,5.2\n3,6.8\n4,9.1\n`);
  const { predictions } = await fitted({
    table,
    axes: { law: "y = p + q*x" },
    fit: { at: [{ x: 10 }, { x: 2 }] },
  });
  // s^2 (1/n + (x - 2)^2/10) of the line by numpy.polyfit, and Student's t of 3 degrees of freedom, 2.35336.
  expect(rowsOf(predictions!).map((row) => textAt(predictions!, "target", row))).toEqual(["x=2", "x=10"]);
  const errors = rowsOf(predictions!).map((row) => numberAt(predictions!, "standard_error", row));
  expect(errors[0]).toBeCloseTo(0.08124038404635969, 7);
  expect(errors[1]).toBeCloseTo(0.46669047558312193, 7);
  expect(numberAt(predictions!, "interval_upper", 1)).toBeCloseTo(
    21.08 + 2.3533634348018233 * 0.46669047558312193,
    6,
  );
});

test("a group whose inputs do not vary has parameters without errors in a valley that is named, and the others are fitted", async () => {
  const table = join(folder, "constant.csv");
  const constant = [3.5, 3.3, 3.2, 3.15].map((loss) => `small,1e8,${loss}\n`).join("");
  const varied = [3.5, 3.21, 3.02, 2.93].map((loss, i) => `all,${10 ** (7 + i)},${loss}\n`).join("");
  writeFileSync(table, `family,params,loss\n${constant}${varied}`);
  const { fits, parameters } = await fitted({
    table,
    axes: { law: "loss = E + A/params^alpha" },
    fit: { group: "family" },
  });
  const withErrors = rowsOf(parameters!).filter((row) => numberAt(parameters!, "standard_error", row) > 0);
  expect(withErrors.map((row) => textAt(parameters!, "task", row))).toEqual(["all", "all", "all"]);
  expect(rowsOf(parameters!)).toHaveLength(6);
  const flat = rowsOf(fits!).map(
    (row) => `${textAt(fits!, "task", row)}: ${textAt(fits!, "flat_direction", row)}`,
  );
  expect(flat).toEqual(["all: ", "small: E, A"]);
});

test("an expression without a left side is of the response that is given", async () => {
  const named = await fitted({});
  const bare = await fitted({ axes: { law: LAW.replace("bpb = ", "") }, fit: { x: X, y: "bpb" } });
  expectClose(byParameter(bare, "estimate"), byParameter(named, "estimate"));
});

test("with sigma the turn of Huber's loss is a number of sigmas, as f_scale of SciPy is of residuals over sigma", async () => {
  const table = join(folder, "huber.csv");
  writeFileSync(table, "x,y,err\n0,1,0.1\n1,2.9,0.2\n2,5.6,0.1\n3,6.8,0.3\n4,9.1,0.1\n5,10.4,0.2\n");
  const tables = await fitted({
    table,
    axes: { law: "y = p + q*x", loss: "huber", delta: 1.5 },
    fit: { sigma: "err" },
  });
  // SciPy 1.17: least_squares(lambda t: (t[0] + t[1]*x - y)/err, [1, 2], loss="huber", f_scale=1.5, xtol=ftol=gtol=1e-15).
  expectClose(byParameter(tables, "estimate"), { p: 1.057535216, q: 1.998239435 });
  expect(textAt(tables.parameters!, "errors_by", 0)).toBe("points");
});

test("a law of one quantile, of relative residuals", async () => {
  const tables = await fitted({
    table: runs,
    axes: { law: "bpb = k + a*ln(params)", loss: "quantile:0.9", residual: "relative" },
    fit: {},
  });
  const { points } = tables;
  const above = rowsOf(points!).filter(
    (row) => numberAt(points!, "response", row) > numberAt(points!, "fitted", row) * (1 + 1e-9),
  );
  // Of 12 points about a tenth lies above, and two parameters lay the curve through two.
  expect(above.length).toBeLessThanOrEqual(1);
});

test("with sigma profile intervals are those of the given errors, whatever the residuals are", async () => {
  const table = join(folder, "known.csv");
  // Residuals of a tenth of the given errors, and two points that leave none.
  for (const points of [
    ["0,1.1", "1,2.9", "2,5.1", "3,6.9"],
    ["0,1", "1,3"],
  ]) {
    writeFileSync(table, `x,y\n${points.join("\n")}\n`);
    const tables = await fitted({
      ...{ table, axes: { law: "y = p + q*x" }, profiles: true },
      fit: { sigma: "1 + 0*x" },
    });
    const cards = tables.identifiability!;
    for (const row of rowsOf(cards)) {
      const name = textAt(cards, "parameter", row);
      const [value, error] = ["estimate", "standard_error"].map(
        (column) => byParameter(tables, column)[name]!,
      );
      expect(textAt(cards, "profile_by", row)).toBe("sigma");
      // A straight line has a parabola of an objective: the interval is the normal's.
      const ends = [numberAt(cards, "profile_lower", row), numberAt(cards, "profile_upper", row)];
      expect(ends[0]! / (value! - 1.6448536 * error!)).toBeCloseTo(1, 2);
      expect(ends[1]! / (value! + 1.6448536 * error!)).toBeCloseTo(1, 2);
    }
  }
});

test("standard errors follow the unit of the response and the size of the inputs", async () => {
  const table = join(folder, "units.csv");
  const own = await fitted({});
  for (const unit of [1e9, 1e-12, 1e30]) {
    const lines = rows.map(({ size, tokens }, i) => `${size},${tokens},${LOSSES[i]! * unit}\n`);
    writeFileSync(table, `params,tokens_b,bpb\n${lines.join("")}`);
    const tables = await fitted({ table });
    for (const name of ["E", "A", "alpha", "B", "beta"]) {
      const by = name === "alpha" || name === "beta" ? 1 : unit;
      const [error, wanted] = [tables, own].map((of) => byParameter(of, "standard_error")[name]!);
      expect(error! / by / wanted!, `${name} of a response times ${unit}`).toBeCloseTo(1, 4);
    }
  }
  // numpy: the line of y over C = 1e17 ... 1e22.
  writeFileSync(table, `C,y\n1e17,3.01\n1e19,2.99\n1e21,2.9\n1e22,2\n`);
  const line = await fitted({ table, axes: { law: "y = a + b*C" }, fit: {} });
  const [a, b] = ["a", "b"].map((name) => byParameter(line, "standard_error")[name]!);
  expect([a! / 0.005682724808, b! / 1.130903945e-24]).toEqual([expect.closeTo(1, 6), expect.closeTo(1, 6)]);
});

test("a parameter that the points do not tell from another has no standard error", async () => {
  const table = join(folder, "untold.csv");
  writeFileSync(table, "x,y\n1,2\n2,4.1\n3,5.9\n4,8.2\n");
  const tables = await fitted({ table, axes: { law: "y = p + q + r*x" }, fit: {} });
  const errors = byParameter(tables, "standard_error");
  expect([errors.p, errors.q]).toEqual([Number.NaN, Number.NaN]);
  expect(errors.r).toBeGreaterThan(0.01);
});

test("derived quantities of several laws say which law they are of", async () => {
  const tables = await fitted({
    axes: { law: [LAW, "bpb = E + A/tokens^alpha"] },
    derived: { r: "E + alpha" },
  });
  const text = formatDerived(tables.derived!, tables.laws, ["law"]);
  expect(text).toMatch(/^ {2}r = E \+ alpha \(bpb, bpb = E \+ A\/params\^alpha \+ B\/tokens\^beta\): /m);
  expect(text).toMatch(/^ {2}r = E \+ alpha \(bpb, bpb = E \+ A\/tokens\^alpha\): /m);
});

test("a derived quantity has the errors that the parameters have, those of a given sigma", async () => {
  const { derived } = await fitted({ fit: { x: X, sigma: "err" }, derived: { twice: "2*E" } });
  const row = rowsOf(derived!).find((at) => textAt(derived!, "quantity", at) === "twice")!;
  const error = numberAt(derived!, "standard_error", row);
  expect(error / (2 * SCIPY.sigma.absolute.E)).toBeCloseTo(1, 5);
});

test("the spread of residuals is over all free parameters, those that the data do not tell apart too", async () => {
  const { fits } = await fitted({ axes: { law: "bpb = A*F/params^alpha" }, fit: {} });
  const spread = numberAt(fits!, "residual_sd", 0);
  expect((spread ** 2 * (12 - 3)) / (2 * numberAt(fits!, "objective", 0))).toBeCloseTo(1, 8);
});

// SciPy 1.17: least_squares on the residuals and two more for the priors, each the noise times (p - centre)/sd; errors by its Jacobian.
describe("priors", () => {
  const axes = { law: LAW, priors: "alpha=0.4+-0.02, log(E) = 0.5±0.1" };

  test("are weighed by the noise of the fit without them", async () => {
    const tables = await fitted({ axes });
    expectClose(byParameter(tables, "value"), {
      E: 1.7187478756712253,
      A: 840.1364104004507,
      alpha: 0.3818741565175406,
      B: 352.3519582414603,
      beta: 0.27228017953095923,
    });
    expectClose(byParameter(tables, "standard_error"), {
      E: 0.036667291727487956,
      A: 236.9082780626666,
      alpha: 0.01647579074630191,
      B: 103.35585162423854,
      beta: 0.015052461512967788,
    });
    expect(rowsOf(tables.parameters!).map((row) => textAt(tables.parameters!, "prior", row))).toEqual([
      "log(E)=0.5+-0.1",
      "",
      "alpha=0.4+-0.02",
      "",
      "",
    ]);
    expect(byParameter(tables, "prior_noise").alpha).toBeCloseTo(0.009507744190101005, 8);
  });

  test("are weighed by the standard errors of the rows", async () => {
    const tables = await fitted({ axes, fit: { x: X, sigma: "err" } });
    expectClose(byParameter(tables, "value"), {
      E: 1.7361881697047996,
      A: 914.6872927006934,
      alpha: 0.38688686237957715,
      B: 390.82242537624137,
      beta: 0.2775309922271868,
    });
    expectClose(byParameter(tables, "standard_error"), {
      E: 0.047867009186073915,
      A: 283.47760554465026,
      alpha: 0.01812386616491848,
      B: 151.87912369630578,
      beta: 0.01988299798028414,
    });
  });
});
