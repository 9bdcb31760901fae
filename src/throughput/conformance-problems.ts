import { defineForm } from "../forms/define-form.ts";
import type { Form, FormExample, StartRange } from "../forms/form.ts";
import { forms, getForm, laws } from "../forms/registry.ts";
import type { Loss, Problem, Residual } from "../solve/problem.ts";

/** A problem that every backend must solve alike. */
export interface ConformanceProblem {
  /** Form, residual, loss and points: "chinchilla, log, huber, 24 points". */
  name: string;
  entry: ConformanceForm;
  problem: Problem;
}

/** A form with its example: parameters and, of each variable, the range that it is taken from, in the form's order. */
export interface ConformanceForm extends Pick<FormExample, "hasKinks"> {
  form: Form;
  truth: readonly number[];
  ranges: readonly (readonly [low: number, high: number])[];
  /** Whether it is one of lawfit's own; the others are compiled where there is a compiler. */
  builtIn: boolean;
}

function conformanceForm(
  form: Form,
  { parameters, inputs, hasKinks }: FormExample,
  builtIn: boolean,
): ConformanceForm {
  return {
    form,
    truth: form.parameterNames.map((name) => parameters[name]!),
    ranges: form.variableNames.map((name) => inputs[name]!),
    builtIn,
    ...(hasKinks && { hasKinks }),
  };
}

/** A form such as a user writes; random starts in the intervals given. */
function userForm(
  name: string,
  expression: string,
  starts: Record<string, StartRange>,
  parameters: FormExample["parameters"],
): ConformanceForm {
  const form = defineForm({
    name,
    expression,
    parameters: Object.fromEntries(Object.keys(starts).map((parameter) => [parameter, {}])),
    variables: { x: "an input" },
    startRanges: { default: starts },
    description: "A form such as a user writes.",
    source: "lawfit",
  });
  return conformanceForm(form, { parameters, inputs: { x: [0.2, 6] } }, false);
}

/** Every form that backends are held to: all built-in ones, and two such as a user writes. */
export const conformanceForms: readonly ConformanceForm[] = [
  ...Array.from(forms.values(), ({ name, example }) => conformanceForm(getForm(name), example, true)),
  userForm(
    "saturation",
    "y = a*tanh(b*x) + c",
    { a: [0.5, 3], b: [0.1, 2], c: [0.5, 2] },
    { a: 1.4, b: 0.6, c: 0.8 },
  ),
  userForm("hill", "y = a*x^b/(c + x)", { a: [0.5, 3], b: [0.2, 2], c: [0.5, 3] }, { a: 2, b: 1.3, c: 1.6 }),
];

/** The laws of the library, which are compiled when they are used: the suite holds them to a smaller cross. */
export const lawForms: readonly ConformanceForm[] = Array.from(laws.values(), ({ name, example }) =>
  conformanceForm(getForm(name), example, false),
);

/** Residuals, and losses, in lists: those of a list share a kernel, in which they differ by numbers alone. */
const residuals: readonly (readonly Residual[])[] = [["plain"], ["log"]];
const losses: readonly (readonly Loss[])[] = [[{ kind: "squared" }], [{ kind: "huber", delta: 1e-2 }]];

/** One for each variable, over and over. */
const IRRATIONALS = [
  0.6180339887498949, 0.41421356237309503, 0.7320508075688772, 0.2360679774997898, 0.6457513110645906,
];

/** Few points: a thread of a GPU a fit. Many: a warp a fit, begun on some of the points. */
const pointCounts = [24, 700];

/** Of forms with kinks: with 24 points and 22 parameters next to no start comes to the bottom. */
const pointCountsWithKinks = [96, 700];

/** What a form is fitted under. */
export type ResidualAndLoss = Pick<Problem, "residual" | "loss">;

const squared: ResidualAndLoss = { residual: "plain", loss: { kind: "squared" } };
const huberOfLogs: ResidualAndLoss = { residual: "log", loss: { kind: "huber", delta: 1e-2 } };

/** What methods fit some forms under: by these the suite has the kernels that sweeps compile. */
const ofMethods: Readonly<Record<string, ResidualAndLoss>> = {
  chinchilla: huberOfLogs,
  "power-law-offset": huberOfLogs,
  "single-step": huberOfLogs,
  "shifted-power-law": { ...squared, residual: "log" },
  sigmoid: squared,
  "log-sigmoid": squared,
  gompertz: squared,
  "two-sigmoids": squared,
};

/**
 * Residuals and losses that a form of the list is tested under: what methods fit it under, or else one pair of a list of residuals and a
 * list of losses, another than the form before it, and of each list one member. Nothing of a form's own depends on them, so a pair more makes a kernel more and tests
 * nothing new.
 *
 * @param isWhole every residual with every loss
 */
export function residualsAndLosses({ form, hasKinks }: ConformanceForm, isWhole = false): ResidualAndLoss[] {
  const place = [...conformanceForms, ...lawForms].findIndex((one) => one.form === form);
  const ofResiduals = hasKinks ? [["plain"] as const] : residuals;
  if (isWhole)
    return ofResiduals.flat().flatMap((residual) => losses.flat().map((loss) => ({ residual, loss })));
  const own = ofMethods[form.name];
  if (own) return [own];
  // Under Huber's loss a network takes more starts than are quick on a stand-in for a GPU.
  const turn = hasKinks ? 0 : Math.floor(place / 2);
  return [
    {
      residual: inTurn(inTurn(ofResiduals, place + turn), turn),
      loss: inTurn(inTurn(losses, turn), turn),
    },
  ];
}

/**
 * Every form of the list under its residuals and losses, with few points and with many: what the conformance suite crosses with the
 * backends.
 *
 * @param isWhole every form under every residual and loss
 */
export function conformanceProblems(isWhole = false): ConformanceProblem[] {
  return conformanceForms.flatMap((entry) =>
    residualsAndLosses(entry, isWhole).flatMap(({ residual, loss }) =>
      (entry.hasKinks ? pointCountsWithKinks : pointCounts).map((points) =>
        conformanceProblem(entry.form.name, residual, loss, points),
      ),
    ),
  );
}

/** The member of a list whose turn it is. */
function inTurn<T>(list: readonly T[], turn: number): T {
  return list[turn % list.length]!;
}

/**
 * The values of a form's example, disturbed by up to a hundredth and every ninth point by 5 % more: an outlier to Huber's loss. The same
 * numbers on every machine.
 * @param isDisturbed false: the values themselves
 * @throws Error for a form that is not in the lists
 */
export function conformanceProblem(
  formName: string,
  residual: Residual,
  loss: Loss,
  points: number,
  isDisturbed = true,
): ConformanceProblem {
  const entry = [...conformanceForms, ...lawForms].find(({ form }) => form.name === formName);
  if (!entry) throw new Error(`form ${formName} is not in the lists of the forms that backends solve`);
  const { form, truth, ranges } = entry;
  // Multiples of an irrational number fill the interval evenly, in no order.
  const variables = ranges.map(([low, high], v) =>
    Float64Array.from({ length: points }, (_, i) => {
      const t = ((i + 1) * IRRATIONALS[v % IRRATIONALS.length]!) % 1;
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
