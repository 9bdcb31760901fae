import { getOrInsert } from "../collections.ts";
import { UserError } from "../errors.ts";
import type { Analysis, SweepInWork } from "../extension.ts";
import { hasComputeOptimal } from "../forms/compute-optimal.ts";
import { type Form, titleOf } from "../forms/form.ts";
import { quantityOf } from "../forms/quantity.ts";
import { placeOf } from "../identifiability/open-optimum.ts";
import { standardErrorsOfPredictions } from "../identifiability/prediction-error.ts";
import type { SolutionRows } from "../methods/method.ts";
import type { SweepPlan } from "../plan/plan-sweep.ts";
import { count, number, tableOf, text } from "../tables/table-of.ts";
import { budgetsOf, builtIn, heldAt, heldText } from "./budgets.ts";
import { type DerivedInterval, derivedInterval, onDraws, withoutInterval } from "./interval.ts";
import { type Quantity, readQuantity } from "./quantity.ts";
import { derivedSchema } from "./spec.ts";
import { formatDerived } from "./summary.ts";

/** A quantity, and the target at whose FLOPs it is taken. */
interface Asked {
  quantity: Quantity;
  target: string | undefined;
}

interface Row extends Asked, DerivedInterval {
  problem: string;
  stage: string;
  task: string;
  form: string;
  level: number;
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
        const asked = [
          ...own.map((quantity): Asked => ({ quantity, target: undefined })),
          ...atBudgets(plan),
        ];
        for (const quantity of own) refuseUnknown(quantity, plan, `${file}: derived`);
        const draws = new Map<string, Map<Asked, Float64Array>>();
        return {
          cell({ plan: { stages }, keys }, { results }, resampled) {
            stages.forEach((stage, s) => {
              const key = keys[s];
              const replicates = resampled?.outcomes[s]?.replicates;
              const result = key === undefined ? undefined : results.get(key);
              if (key === undefined || !("problem" in stage) || result === undefined) return;
              if (replicates === undefined || replicates.isHeld || !("solution" in result)) return;
              const { form } = stage.problem;
              const ofFit = getOrInsert(draws, key, () => new Map<Asked, Float64Array>());
              for (const one of asked) {
                if (ofFit.has(one) || one.quantity.missingIn(form, stage.name) !== undefined) continue;
                ofFit.set(one, valuesOf(one.quantity, form, replicates, result.solution.parameters));
              }
            });
          },
          finish: (sweep) => ({
            tables: { derived: tableOfRows(rowsOf(sweep, { asked, draws, levels })) },
          }),
        };
      },
    };
  },
} as const satisfies Analysis;

/** The built-in quantities at each budget, for laws of the same further inputs each its own. */
function atBudgets(plan: Pick<SweepPlan, "targets" | "index" | "shared">): Asked[] {
  const forms = new Set(plan.shared.uses.map(({ problem }) => problem.form).filter(hasComputeOptimal));
  return budgetsOf(plan).flatMap((budget) => {
    const given = new Set(
      Array.from(forms, (form) => [budget.c, heldText(heldAt(form, budget))].filter(String).join(", ")),
    );
    return [...given].flatMap((text) =>
      Object.entries(builtIn).map(([name, call]) => ({
        target: budget.target,
        quantity: readQuantity(name, `${call}(${text})`, "derived"),
      })),
    );
  });
}

/** @throws UserError where no fit has the quantity, or where its name is that of a parameter in the tables of fits */
function refuseUnknown(quantity: Quantity, { shared }: SweepPlan, where: string): void {
  const { uses } = shared;
  const taken = uses.find(({ problem: { form } }) =>
    form.parameterNames.some((name) => quantityOf(name, form.record.parameters[name]!) === quantity.name),
  );
  if (taken !== undefined)
    throw new UserError(
      `${where}.${quantity.name}: the name is that of a parameter of form ${taken.problem.form.name}; allowed: another name`,
    );
  const reasons = uses.map(({ problem: { form }, stage }) => quantity.missingIn(form, stage));
  if (reasons.length === 0 || reasons.includes(undefined)) return;
  throw new UserError(
    `${where}.${quantity.name}: ${quantity.expression}: ${reasons[0]} (of the fitted form ${uses[0]!.problem.form.name})`,
  );
}

/** A quantity on each replicate; NaN where one has no solution. @param about the parameters that the replicates are about */
function valuesOf(quantity: Quantity, form: Form, draws: SolutionRows, about: Float64Array): Float64Array {
  const near = quantity.bestsAt(form, about).map((best) => best?.n);
  return onDraws(draws, (parameters) => quantity.valueAt(form, parameters, near));
}

interface Known {
  asked: readonly Asked[];
  draws: ReadonlyMap<string, ReadonlyMap<Asked, Float64Array>>;
  levels: readonly number[];
}

function rowsOf({ plan, results, errors }: SweepInWork, { asked: all, draws, levels }: Known): Row[] {
  return plan.shared.uses.flatMap(({ key, stage, tasks, problem }) => {
    const result = results.get(key);
    const { form } = problem;
    const asked = all.filter(({ quantity }) => quantity.missingIn(form, stage) === undefined);
    if (result === undefined || !("solution" in result) || asked.length === 0) return [];
    const { parameters } = result.solution;
    const bests = asked.map(({ quantity }) => quantity.bestsAt(form, parameters));
    const near = bests.map((all) => all.map((best) => best?.n));
    const values = asked.map(({ quantity }) => quantity.valueAt(form, parameters));
    // Of what is above 0 the error is that of its logarithm.
    const found = standardErrorsOfPredictions(
      ([moved]) =>
        asked.map(({ quantity }, k) => {
          const value = quantity.valueAt(form, moved!, near[k]);
          return quantity.isPositive ? Math.log(value) : value;
        }),
      [parameters],
      [errors.spread(key)],
    );
    return asked.flatMap((one, k) => {
      const { isPositive } = one.quantity;
      const known = { value: values[k]!, isPositive, error: found[k]! };
      const laws = one.quantity.lawsOf(form);
      const open = errors.optimumJudge(key)({
        places: bests[k]!.flatMap((best, b) =>
          best?.n && best.d
            ? [
                placeOf(
                  (n, d) => laws[b]!.at(parameters, n, d),
                  { n: best.n, d: best.d },
                  (moved) => one.quantity.bestsAt(form, moved)[b]?.n ?? Number.NaN,
                ),
              ]
            : [],
        ),
        valueAt: (moved) => one.quantity.valueAt(form, moved, near[k]),
      });
      return levels.map((level) => {
        const interval = derivedInterval(known, level, draws.get(key)?.get(one));
        return {
          ...one,
          ...{ problem: key, stage, task: [...tasks].join(", "), form: titleOf(form), level },
          ...(open === undefined ? interval : withoutInterval(interval, open)),
        };
      });
    });
  });
}

/** Table `derived`. */
function tableOfRows(rows: readonly Row[]) {
  return tableOf<Row>(rows, [
    text("problem", "the fit, as in `fits`"),
    text("stage", "stage of the method"),
    text("task", "tasks that share the fit, with commas"),
    text("form", "name of the form; of a law that is an expression its equation"),
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
