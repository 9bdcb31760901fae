import type { StageReplicates } from "../bootstrap/resample-stage.ts";
import { askedBudgets, type Budget, budgetsOf, heldAt, heldText } from "../derived/budgets.ts";
import { type DerivedInterval, derivedInterval, withoutInterval } from "../derived/interval.ts";
import type { SolvedSweep } from "../extension.ts";
import { bestUse, bestUses, hasComputeOptimal } from "../forms/compute-optimal.ts";
import { type BestUse, QUANTITIES, type Quantity } from "../identifiability/best-uses.ts";
import type { Problem } from "../solve/problem.ts";
import type { Table } from "../tables/table.ts";
import { type ColumnOf, number, tableOf, text, via } from "../tables/table-of.ts";
import { type Fit, fitIdentity, solvedFits } from "./fit-tables.ts";

type Ends = Record<Quantity, DerivedInterval>;

/** Most budgets times replicates of a fit of which the best uses are found; beyond, intervals are by the delta method. */
const MOST_DRAWS = 200_000;

/** The best use of a budget according to a law. */
interface Row extends Budget, Pick<BestUse, "best" | "open"> {
  fit: Fit;
  ends: Ends;
}

/** Table `compute_optimal`: how each fitted law of parameters and tokens would spend budgets. */
export class ComputeOptimalTable {
  readonly #solved: Pick<SolvedSweep, "results" | "plan" | "errors">;
  readonly #level: number;
  readonly #budgets: readonly Budget[];
  /** Of each budget, by the key of the problem. */
  readonly #ends = new Map<string, Ends[]>();

  /** @param level of the intervals */
  constructor(solved: Pick<SolvedSweep, "results" | "plan" | "errors">, level: number) {
    this.#solved = solved;
    this.#level = level;
    this.#budgets = budgetsOf(solved.plan);
  }

  /** Takes the replicates of a fit, of any form. */
  addReplicates({ key, form }: Problem, { parameters, degenerate, isHeld }: StageReplicates): void {
    const result = this.#solved.results.get(key);
    if (isHeld || this.#ends.has(key) || !hasComputeOptimal(form)) return;
    if (result === undefined || !("solution" in result)) return;
    if (this.#budgets.length * degenerate.length > MOST_DRAWS) return;
    const ends = this.#budgets.map((budget) => {
      const held = heldAt(form, budget);
      const about = bestUse(form, result.solution.parameters, budget.c, { held });
      const near = "reason" in about ? undefined : about.n;
      const uses = bestUses(form, parameters, degenerate, budget.c, { near, held });
      return endsOf((quantity) => derivedInterval(unknown, this.#level, uses[quantity]));
    });
    this.#ends.set(key, ends);
  }

  /** Undefined where no fit is such a law. */
  table(): Table | undefined {
    const { plan, results } = this.#solved;
    const laws = solvedFits(plan.shared.uses, results).filter(({ problem }) =>
      hasComputeOptimal(problem.form),
    );
    if (laws.length === 0) return undefined;
    const rows = laws.flatMap((fit) => {
      const uses = this.#solved.errors.bestUses(fit.key, askedBudgets(fit.problem.form, this.#budgets));
      const drawn = this.#ends.get(fit.key);
      return uses.map(({ best, open, errors }, k): Row => {
        const ends = drawn?.[k] ?? this.#deltaEnds(best, errors);
        return {
          ...{ fit, ...this.#budgets[k]!, best, open },
          ends: open === undefined ? ends : endsOf((quantity) => withoutInterval(ends[quantity], open)),
        };
      });
    });
    const isHeld = rows.some((row) => heldOf(row) !== "");
    return tableOf<Row>(rows, [
      ...columns,
      ...(isHeld
        ? [text<Row>("held", "further inputs of the law, such as experts=8, as they are there", heldOf)]
        : []),
      number("interval_level", "level of the intervals", () => this.#level),
    ]);
  }

  /** Intervals by the delta method. */
  #deltaEnds(best: BestUse["best"], errors: BestUse["errors"]): Ends {
    return endsOf((quantity, q) => {
      const value = "reason" in best ? Number.NaN : best[quantity];
      return derivedInterval({ value, isPositive: quantity !== "exponent", error: errors[q]! }, this.#level);
    });
  }
}

/** Stands for a value whose interval is that of its draws alone. */
const unknown = { value: Number.NaN, isPositive: false, error: { reason: "it has draws" } };

const endsOf = (of: (quantity: Quantity, q: number) => DerivedInterval): Ends =>
  Object.fromEntries(QUANTITIES.map((quantity, q) => [quantity, of(quantity, q)])) as Ends;

const valueColumn = (name: Quantity, what: string): ColumnOf<Row> =>
  number(name, what, ({ best }) => ("reason" in best ? undefined : best[name]));

const heldOf = ({ fit: { problem }, ...budget }: Row): string => heldText(heldAt(problem.form, budget));

/** The ends of a quantity's interval. */
const endColumns = (name: Quantity, what: string): ColumnOf<Row>[] => [
  number(`${name}_lower`, `lower end of the interval of ${what}`, ({ ends }) => ends[name].lower),
  number(`${name}_upper`, "upper end", ({ ends }) => ends[name].upper),
];

const columns: readonly ColumnOf<Row>[] = [
  ...via(fitIdentity, ({ fit }: Row) => fit),
  valueColumn("exponent", "a in N = G C^a, the best size: beta/(alpha + beta)"),
  text("target", "the target; null without targets"),
  number("c", "its FLOPs"),
  valueColumn("n", "the best number of parameters"),
  valueColumn("d", "the tokens that the budget then has"),
  valueColumn("loss", "the loss by the law"),
  text(
    "reason",
    "why there is no best size, as an exponent is 0; or why the data do not determine it, so that it has no interval",
    ({ best, open }) => open ?? ("reason" in best ? best.reason : undefined),
  ),
  ...endColumns("exponent", "the exponent a"),
  number("tokens_exponent", "b = 1 - a in D = H C^b, the best tokens", ({ best }) =>
    "reason" in best ? undefined : 1 - best.exponent,
  ),
  number("tokens_exponent_lower", "lower end of its interval", ({ ends }) => 1 - ends.exponent.upper),
  number("tokens_exponent_upper", "upper end", ({ ends }) => 1 - ends.exponent.lower),
  ...endColumns("n", "the best number of parameters"),
  ...endColumns("d", "the tokens"),
  ...endColumns("loss", "the loss"),
  text(
    "interval",
    "`percentile` of the replicates of the fit; `delta`, value and Student's t of the standard error, but for exponents of the logarithm",
    ({ ends }) => ends.n.interval,
  ),
];
