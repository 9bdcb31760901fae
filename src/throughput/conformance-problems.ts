import { defineForm } from "../forms/define-form.ts";
import type { Form, StartRange } from "../forms/form.ts";
import { getForm } from "../forms/registry.ts";
import type { Loss, Problem, Residual } from "../solve/problem.ts";

/** A problem that every backend must solve alike. */
export interface ConformanceProblem {
  /** Form, residual, loss and points: "chinchilla, log, huber, 24 points". */
  name: string;
  entry: ConformanceForm;
  problem: Problem;
}

/** A form with true parameters, in the form's order, and the range that each of its variables is taken from. */
export interface ConformanceForm {
  form: Form;
  truth: readonly number[];
  ranges: readonly (readonly [low: number, high: number])[];
  /** Whether it is one of lawfit's own; the others are compiled where there is a compiler. */
  builtIn: boolean;
  /**
   * Whether its units can change places and scales and its slope has kinks, as a network's: many minima, some of them on
   * a kink where no step leads further, and parameters that no data tell. Its residuals are plain alone. @default false
   */
  hasKinks?: boolean;
}

const size = [1e8, 1e10] as const;
const tokens = [1e9, 1e12] as const;
const compute = [1e18, 1e23] as const;

/** A form of a user's own; random starts in the intervals given. */
function own(name: string, expression: string, starts: Record<string, StartRange>): Form {
  return defineForm({
    name,
    expression,
    parameters: Object.fromEntries(Object.keys(starts).map((parameter) => [parameter, {}])),
    variables: { x: "an input" },
    startRanges: { default: starts },
    description: "A form such as a user writes.",
    source: "lawfit",
  });
}

const builtIn = (
  name: string,
  truth: readonly number[],
  ranges: ConformanceForm["ranges"],
): ConformanceForm => {
  return { form: getForm(name), truth, ranges, builtIn: true };
};

/** Three hidden units of five inputs, each active at some points and not at others. */
const NETWORK = [
  [0.1, 0.7, -0.4, 0.2, 0.5, -0.3],
  [-0.2, -0.3, 0.6, 0.5, -0.4, 0.2],
  [0.3, 0.2, 0.5, -0.7, 0.1, 0.6],
  [1.5, 0.8, -0.5, 0.6],
].flat();

/** Every form that backends are held to: all built-in ones, and two such as a user writes. */
export const conformanceForms: readonly ConformanceForm[] = [
  builtIn("chinchilla", [5.2, 6.1, 0.31, 0.27, 0.55], [size, tokens]),
  builtIn("kaplan", [16.2, 0.9, 20.7, 0.22], [size, tokens]),
  builtIn("kaplan-offset", [16.2, 0.9, 20.7, 0.48, 1.6], [size, tokens]),
  builtIn("shifted-power-law", [0.1, 0.9, -1.2, 1.3], [[0, 3]]),
  builtIn("power-law", [2.4, 0.05], [compute]),
  builtIn("power-law-offset", [7.3, 0.17, 0.48], [compute]),
  builtIn("sigmoid", [-0.62, 0.95, 6.5, 0.91], [[0.4, 1.6]]),
  builtIn("log-sigmoid", [-0.605, 0.7, 5.5], [[0.4, 1.6]]),
  builtIn("linear", [0.2, 0.7], [[0.1, 3]]),
  builtIn("single-step", [5, 6.5, 0.25, 0.28, -2, -0.7, 0.9], [size, tokens]),
  builtIn("single-step-compute", [9.5, 0.2, -2.5, -0.72, 0.95], [compute]),
  builtIn("compute-power-law", [2.1, 0.03], [compute]),
  builtIn("compute-composed", [1.1, 4.5, 0.11], [compute]),
  builtIn("compute-log-score", [0.055, 27], [compute]),
  builtIn("compute-negative-log-score", [0.12, 47], [compute]),
  builtIn("mix-m2-2", [2.2, 0.03, 0.006], [compute, compute]),
  builtIn("mix-m3-2", [2.4, 0.035, -0.7], [compute, compute]),
  builtIn("mix-m4-2", [2.9, 0.042, -0.004, 0.009], [compute, compute]),
  builtIn(
    "linear-5",
    [2.1, -0.3, 0.12, -0.21, 0.07, -0.16],
    [
      [1.2, 2.4],
      [0.8, 1.9],
      [1.5, 2.8],
      [1.9, 3.1],
      [2.1, 3.4],
    ],
  ),
  {
    ...builtIn(
      "network-5-3",
      NETWORK,
      Array.from({ length: 5 }, () => [-1, 1] as const),
    ),
    hasKinks: true,
  },
  {
    form: own("saturation", "y = a*tanh(b*x) + c", { a: [0.5, 3], b: [0.1, 2], c: [0.5, 2] }),
    truth: [1.4, 0.6, 0.8],
    ranges: [[0.2, 6]],
    builtIn: false,
  },
  {
    form: own("hill", "y = a*x^b/(c + x)", { a: [0.5, 3], b: [0.2, 2], c: [0.5, 3] }),
    truth: [2, 1.3, 1.6],
    ranges: [[0.2, 6]],
    builtIn: false,
  },
];

const residuals: readonly Residual[] = ["plain", "log"];
const losses: readonly Loss[] = [{ kind: "squared" }, { kind: "huber", delta: 1e-2 }];

/** One for each variable. */
const IRRATIONALS = [
  0.6180339887498949, 0.41421356237309503, 0.7320508075688772, 0.2360679774997898, 0.6457513110645906,
];

/** Few points: a thread of a GPU a fit. Many: a warp a fit, begun on some of the points. */
const pointCounts = [24, 700];

/** Of forms with kinks: with 24 points and 22 parameters next to no start comes to the bottom. */
const pointCountsWithKinks = [96, 700];

/**
 * Every form of the list under every residual and loss, with few points and with many: what the conformance suite crosses
 * with the backends.
 */
export function conformanceProblems(): ConformanceProblem[] {
  return conformanceForms.flatMap(({ form, hasKinks }) =>
    (hasKinks ? (["plain"] as const) : residuals).flatMap((residual) =>
      losses.flatMap((loss) =>
        (hasKinks ? pointCountsWithKinks : pointCounts).map((points) =>
          conformanceProblem(form.name, residual, loss, points),
        ),
      ),
    ),
  );
}

/**
 * A form's true values, disturbed by up to a hundredth and every ninth point by 5 % more: an outlier to Huber's loss. The same
 * numbers on every machine.
 * @param isDisturbed false: the true values themselves
 * @throws Error for a form that is not in the list
 */
export function conformanceProblem(
  formName: string,
  residual: Residual,
  loss: Loss,
  points: number,
  isDisturbed = true,
): ConformanceProblem {
  const entry = conformanceForms.find(({ form }) => form.name === formName);
  if (!entry) throw new Error(`form ${formName} has no conformance problem; add its true parameters`);
  const { form, truth, ranges } = entry;
  // Multiples of an irrational number fill the interval evenly, in no order.
  const variables = ranges.map(([low, high], v) =>
    Float64Array.from({ length: points }, (_, i) => {
      const t = ((i + 1) * (IRRATIONALS[v] ?? 0.6180339887498949)) % 1;
      // Sizes, tokens and compute spread over magnitudes.
      return low > 1e6 ? low * (high / low) ** t : low + (high - low) * t;
    }),
  );
  const response = Float64Array.from({ length: points }, (_, i) => {
    const value = form.value(
      truth,
      variables.map((x) => x[i]!),
    );
    if (!isDisturbed) return value;
    return value * (1 + 0.01 * Math.sin(12.9898 * (i + 1)) + (i % 9 === 4 ? 0.05 : 0));
  });
  const name = `${formName}, ${residual}, ${loss.kind}, ${points} points`;
  return { name, entry, problem: { form, variables, response, residual, loss, key: name } };
}
