import { Matrix, SVD } from "ml-matrix";
import { MOST_SOURCES } from "../../forms/builtin/families.ts";
import type { Form } from "../../forms/form.ts";
import {
  type CheckpointPoints,
  checkpointStage,
  fitRunPoints,
  planCheckpointStage,
} from "../../methods/checkpoint-points.ts";
import { featureOf } from "../../methods/feature.ts";
import type { Quantity } from "../../methods/measured.ts";
import type { Stage, TaskData } from "../../methods/method.ts";
import type { LinkPoints } from "../../methods/stages.ts";
import { mean } from "../../statistics.ts";
import type { MixRecipe } from "./choices.ts";
import { foundLink } from "./found-link.ts";

/** Step 2, and the form that it fits; no form where there are no points. */
interface ScoreStep {
  stage: Stage;
  fitted?: DomainForm;
}

/** Points of step 2 at the checkpoints that the rule keeps (Chen et al., 2025, sections 3.3 and 4.2). */
export function scorePoints(
  recipe: MixRecipe,
  inputs: readonly Quantity[],
  data: TaskData,
): CheckpointPoints {
  const startingLoss = featureOf(recipe.domains, data.task, data.index);
  return fitRunPoints(checkpointStage(recipe, inputs, startingLoss, data), data);
}

/** Step 2 from domain losses: a network, or a linear function (Chen et al., 2025, sections 4.2 and 6.2). */
export function planDomainStep2(recipe: MixRecipe, inputs: readonly Quantity[], data: TaskData): ScoreStep {
  const name = "step2";
  if (inputs.length > MOST_SOURCES) {
    const reason = `${inputs.length} domains; link ${recipe.link} takes at most ${MOST_SOURCES}: name fewer in axis domains, or take link average`;
    return { stage: { name, skipped: { reason } } };
  }
  const kept = scorePoints(recipe, inputs, data);
  if ("reason" in kept) return { stage: { name, skipped: kept } };
  const runs = [...kept.points.values()];
  const domains = inputs.map(({ subjects }) => subjects.join(", "));
  const reason = whyCollinear(runs, domains);
  if (reason !== undefined) return { stage: { name, skipped: { reason } } };
  const sought = recipe.link === "search" ? foundLink(data, kept.points) : undefined;
  if (sought !== undefined && "reason" in sought) return { stage: { name, skipped: sought } };
  const fitted = sought ?? domainForm(recipe, runs);
  const points = new Map(Array.from(kept.points, ([run, raw]) => [run, toFormPoints(fitted, raw)]));
  const stage = planCheckpointStage(
    {
      name,
      form: fitted.form,
      ...recipe.step2,
      ...(recipe.link !== "linear" &&
        recipe.link !== "search" && {
          // The weights at which a network ends depend on its starts, which follow its shape and task, not the unit of the losses.
          more: {
            startKey: JSON.stringify([fitted.form.name, data.task]),
            ...(recipe.link === "network" && { training: recipe.training }),
          },
        }),
    },
    { ...kept, points },
  );
  return { stage, fitted };
}

/** From domain losses to the score: a form, and the coordinates that it is fitted in. */
export interface DomainForm {
  form: Form;
  /** Domain losses as the form takes them. */
  inputs(losses: readonly number[]): number[];
  /** Factor from the form's value to the score. */
  unit: number;
  /** Whether its points are rounded to `GRAIN`. */
  isRounded?: boolean;
}

/**
 * The form of a recipe whose link starts from domain losses.
 *
 * @param points that it is fitted on, over which inputs are standardised; each input varies
 */
export function domainForm(
  { link, getForm, hidden, networkInputs, responseUnit }: MixRecipe,
  points: readonly LinkPoints[],
): DomainForm {
  const count = points[0]!.x.length;
  if (link === "linear") {
    return {
      form: getForm(count === 1 ? "linear" : `linear-${count}`),
      inputs: (losses) => [...losses],
      unit: 1,
    };
  }
  const form = getForm(`network-${count}-${hidden}`);
  if (networkInputs === "raw") return { form, inputs: (losses) => [...losses], unit: responseUnit };
  const scales = Array.from({ length: count }, (_, k) => scaleOf(points.flatMap(({ x }) => [...x[k]!])));
  return {
    form,
    inputs: (losses) => losses.map((loss, k) => (loss - scales[k]!.centre) / scales[k]!.spread),
    unit: responseUnit,
    isRounded: link === "network",
  };
}

/** Mean and standard deviation (over n). */
function scaleOf(values: readonly number[]): { centre: number; spread: number } {
  const centre = mean(Float64Array.from(values));
  const squares = Float64Array.from(values, (value) => (value - centre) ** 2);
  return { centre, spread: Math.sqrt(mean(squares)) };
}

/**
 * The standardised losses that a network is trained on are rounded to multiples of this: losses in another unit differ in the last
 * bit, and training on them could end elsewhere. A network that is solved by least squares takes them without rounding, since on
 * data without noise it finds the truth only where they are exact.
 */
const GRAIN = 2 ** -32;

/** Points in the coordinates of the form. */
function toFormPoints({ inputs, unit, isRounded = false }: DomainForm, { x, y }: LinkPoints): LinkPoints {
  const rounded = (value: number): number => (isRounded ? GRAIN * Math.round(value / GRAIN) : value);
  const rows = Array.from(y, (_, i) => inputs(x.map((values) => values[i]!)).map(rounded));
  return { x: x.map((_, k) => Float64Array.from(rows, (row) => row[k]!)), y: y.map((value) => value / unit) };
}

/** Share of the largest singular value below which a direction is only rounding. */
const ROUNDING = 1e-10;

/** Share of the largest weight above which a domain is named. */
const NAMED = 1e-3;

/**
 * Why the effects of several domains on the score cannot be distinguished: the loss of one is the same everywhere, or a linear
 * function of others, which is checked only where there are more points than domains.
 *
 * @param names of the domains, in the order of the inputs
 */
function whyCollinear(points: readonly LinkPoints[], names: readonly string[]): string | undefined {
  const columns = names.map((_, k) => points.flatMap(({ x }) => [...x[k]!]));
  if (columns[0]!.length === 1) {
    return "only one checkpoint is kept, which does not tell how the score follows the losses";
  }
  const scaled = columns.map(standardise);
  const constant = scaled.indexOf(undefined);
  if (constant >= 0) {
    return `the loss of ${names[constant]} is ${columns[constant]![0]} at every checkpoint that is kept; leave it out of axis domains`;
  }
  if (names.length < 2 || columns[0]!.length <= names.length) return undefined;
  const { diagonal, rightSingularVectors } = new SVD(new Matrix(scaled as number[][]).transpose());
  const last = diagonal.length - 1;
  if (diagonal[last]! > ROUNDING * diagonal[0]!) return undefined;
  const weights = rightSingularVectors.getColumn(last).map(Math.abs);
  const most = Math.max(...weights);
  const involved = names.filter((_, k) => weights[k]! > NAMED * most);
  return (
    `the losses of ${involved.join(", ")} are linear functions of each other over the checkpoints that are kept; ` +
    "leave one out of axis domains, or take their mean: link average"
  );
}

/** Values less their mean over their standard deviation; undefined where they are all the same. */
function standardise(values: readonly number[]): number[] | undefined {
  const { centre, spread } = scaleOf(values);
  return spread > ROUNDING * Math.abs(centre) ? values.map((value) => (value - centre) / spread) : undefined;
}
