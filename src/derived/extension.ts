import { UserError } from "../errors.ts";
import type { Analysis, SweepInWork } from "../extension.ts";
import type { Form } from "../forms/form.ts";
import { parameterErrors } from "../identifiability/parameter-errors.ts";
import { standardErrorsOfPredictions } from "../identifiability/prediction-error.ts";
import { spreadOf } from "../identifiability/spread.ts";
import { studentQuantile } from "../intervals/distributions.ts";
import { drawsOf, quantile } from "../intervals/draws.ts";
import type { PointRuns, SolutionRows } from "../methods/method.ts";
import type { SweepPlan } from "../plan/plan-sweep.ts";
import type { Solution } from "../solve/problem.ts";
import { count, number, tableOf, text } from "../tables/table-of.ts";
import { type Quantity, readQuantity } from "./quantity.ts";
import { derivedSchema } from "./spec.ts";
import { formatDerived } from "./summary.ts";

/** What laws of N and D have without being asked: at the FLOPs of each target, else of the largest fit run. */
const builtIn = { exponent: "exponent_opt", N_opt: "N_opt", D_opt: "D_opt", L_opt: "L_opt" } as const;

/** A quantity, and the target at whose FLOPs it is taken. */
interface Asked {
  quantity: Quantity;
  target: string | undefined;
}

interface Row extends Asked {
  problem: string;
  stage: string;
  task: string;
  form: string;
  value: number;
  standardError: number;
  level: number;
  lower: number;
  upper: number;
  /** `percentile` of the draws, or `delta`. */
  interval: string;
  draws: number;
  status: string;
}

/** Quantities that follow from the parameters of fits, with intervals: from the draws of the bootstrap, else by the delta method. */
export const derived = {
  key: "derived",
  tables: {
    derived: "quantity that follows from the parameters of a fit, and level; key `derived`",
  },
  summary: ({ derived: table, laws }, axes) => (table === undefined ? "" : formatDerived(table, laws, axes)),
  request(given, { where, levels }) {
    const settings = derivedSchema.parse(given);
    const own = Object.entries(settings).map(([name, expression]) =>
      readQuantity(name, expression, `${where}: derived`),
    );
    return {
      settings,
      prepare({ where: file }, plan) {
        const forms = new Map(plan.shared.uses.map(({ problem: { form } }) => [form.name, form]));
        const asked = [
          ...own.map((quantity): Asked => ({ quantity, target: undefined })),
          ...atBudgets(plan),
        ];
        for (const quantity of own) refuseUnknown(quantity, [...forms.values()], `${file}: derived`);
        const askedOf = (form: Form) =>
          asked.filter(({ quantity }) => quantity.missingIn(form) === undefined);
        const runs = new Map<string, PointRuns>();
        const draws = new Map<string, Float64Array[]>();
        return {
          cell({ plan: { stages }, keys }, _sweep, resampled) {
            stages.forEach((stage, s) => {
              const key = keys[s];
              if (key === undefined || !("problem" in stage)) return;
              runs.set(key, stage);
              const replicates = resampled?.outcomes[s]?.replicates;
              if (replicates === undefined || replicates.isHeld || draws.has(key)) return;
              const { form } = stage.problem;
              draws.set(
                key,
                askedOf(form).map(({ quantity }) => valuesOf(quantity, form, replicates)),
              );
            });
          },
          finish: (sweep) => ({
            tables: { derived: tableOfRows(rowsOf(sweep, { askedOf, runs, draws, levels })) },
          }),
        };
      },
    };
  },
} as const satisfies Analysis;

/** The built-in quantities at each budget. */
function atBudgets({ targets, index }: Pick<SweepPlan, "targets" | "index">): Asked[] {
  const { role, c } = index.table;
  const largest = c.reduce((most, flops, row) => (role[row] === "fit" && flops > most ? flops : most), 0);
  const budgets =
    targets.length > 0
      ? targets.map((target) => ({ target: target.name, c: target.c }))
      : [{ target: undefined, c: largest }];
  return budgets.flatMap(({ target, c: flops }) =>
    Object.entries(builtIn).map(([name, call]) => ({
      target,
      quantity: readQuantity(name, `${call}(${flops})`, "derived"),
    })),
  );
}

/** @throws UserError where no form has the quantity */
function refuseUnknown(quantity: Quantity, forms: readonly Form[], where: string): void {
  const reasons = forms.map((form) => quantity.missingIn(form));
  if (reasons.length === 0 || reasons.includes(undefined)) return;
  throw new UserError(
    `${where}.${quantity.name}: ${quantity.expression}: ${reasons[0]} (of the fitted form ${forms[0]!.name})`,
  );
}

/** A quantity on each replicate; NaN where one has no solution. */
function valuesOf(
  quantity: Quantity,
  form: Form,
  { parameters, width, degenerate }: SolutionRows,
): Float64Array {
  return Float64Array.from(degenerate, (code, r) =>
    code === 0 ? quantity.valueAt(form, parameters.subarray(r * width, (r + 1) * width)) : Number.NaN,
  );
}

interface Known {
  askedOf(form: Form): readonly Asked[];
  runs: ReadonlyMap<string, PointRuns>;
  draws: ReadonlyMap<string, readonly Float64Array[]>;
  levels: readonly number[];
}

function rowsOf({ plan, results, method }: SweepInWork, { askedOf, runs, draws, levels }: Known): Row[] {
  return plan.shared.uses.flatMap(({ key, stage, tasks, problem }) => {
    const result = results.get(key);
    const { form } = problem;
    const asked = askedOf(form);
    if (result === undefined || !("solution" in result) || asked.length === 0) return [];
    const { solution } = result;
    const { parameters }: Solution = solution;
    const values = asked.map(({ quantity }) => quantity.valueAt(form, parameters));
    const ofPoints = runs.get(key);
    const fit = ofPoints && { problem, solution, parameters, runs: ofPoints };
    // Where the table has errors of parameters, these are the same.
    const spread =
      fit === undefined
        ? { reason: "its points are in no cell" }
        : method.detailsFits
          ? parameterErrors(fit).spread
          : spreadOf(fit, "runs");
    // Of what is above 0 the error is that of its logarithm.
    const errors = standardErrorsOfPredictions(
      ([moved]) =>
        asked.map(({ quantity }) => {
          const value = quantity.valueAt(form, moved!);
          return quantity.isPositive ? Math.log(value) : value;
        }),
      [parameters],
      [spread],
    );
    return asked.flatMap((one, k) =>
      levels.map((level) => ({
        ...one,
        ...{ problem: key, stage, task: [...tasks].join(", "), form: form.name, level },
        ...intervalOf(one.quantity, values[k]!, errors[k]!, draws.get(key)?.[k], level),
      })),
    );
  });
}

type Interval = Pick<Row, "value" | "standardError" | "lower" | "upper" | "interval" | "draws" | "status">;

function intervalOf(
  { isPositive }: Quantity,
  value: number,
  error: ReturnType<typeof standardErrorsOfPredictions>[number],
  draws: Float64Array | undefined,
  level: number,
): Interval {
  const relative = "reason" in error ? Number.NaN : error.standardError;
  const standardError = isPositive ? relative * value : relative;
  const tail = (1 - level) / 2;
  if (draws !== undefined) {
    const { ranked } = drawsOf(draws);
    const [lower, upper] = [quantile(ranked, tail), quantile(ranked, 1 - tail)];
    const status = ranked.length === 0 ? "no replicate has it" : "ok";
    return { value, standardError, lower, upper, interval: "percentile", draws: ranked.length, status };
  }
  const none = { lower: Number.NaN, upper: Number.NaN, interval: "delta", draws: 0 };
  if ("reason" in error) return { value, standardError, ...none, status: error.reason };
  const reach = studentQuantile(1 - tail, error.freedom) * relative;
  const [lower, upper] = isPositive
    ? [value * Math.exp(-reach), value * Math.exp(reach)]
    : [value - reach, value + reach];
  return { value, standardError, ...none, lower, upper, status: "ok" };
}

/** Table `derived`. */
function tableOfRows(rows: readonly Row[]) {
  return tableOf<Row>(rows, [
    text("problem", "the fit, as in `fits`"),
    text("stage", "stage of the method"),
    text("task", "tasks that share the fit, with commas"),
    text("form", "name of the form"),
    text(
      "quantity",
      "its name in the sweep file, or `exponent`, `N_opt`, `D_opt`, `L_opt` of a law of N and D",
      ({ quantity }) => quantity.name,
    ),
    text("expression", "the expression", ({ quantity }) => quantity.expression),
    text("target", "the target at whose FLOPs a built-in one is taken"),
    number("value", "its value at the fit"),
    number(
      "standard_error",
      "by the delta method, runs taken as independent; of method `fit` from the errors of `parameters`",
      ({ standardError }) => standardError,
    ),
    number("level", "nominal coverage of the interval"),
    number("lower", "lower end"),
    number("upper", "upper end"),
    text(
      "interval",
      "`percentile` of the replicates; `delta`, value and Student's t of the standard error, without a bootstrap; of `N_opt(...)` and the like alone on the logarithm",
    ),
    count("draws", "replicates that have the quantity; 0 without a bootstrap"),
    text("status", "`ok`, or why there is no interval"),
  ]);
}
