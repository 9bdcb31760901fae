import type { Form } from "../../forms/form.ts";
import { mean } from "../../statistics.ts";
import type { LinkPoints } from "../link-stage.ts";
import type { MixRecipe } from "./recipe.ts";

/** From domain losses to the score: a form, and the coordinates that it is fitted in. */
export interface DomainForm {
  form: Form;
  /** Domain losses as the form takes them. */
  inputs(losses: readonly number[]): number[];
  /** What the form's value is multiplied by to give the score. */
  unit: number;
  /** Whether its points are rounded to `GRAIN`. */
  isRounded?: boolean;
}

/**
 * The form of a recipe whose link starts from domain losses.
 *
 * @param points that it is fitted on, which inputs are standardised by; each input varies
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
export function scaleOf(values: readonly number[]): { centre: number; spread: number } {
  const centre = mean(Float64Array.from(values));
  const squares = Float64Array.from(values, (value) => (value - centre) ** 2);
  return { centre, spread: Math.sqrt(mean(squares)) };
}

/**
 * Standardised losses that a network is trained on are multiples of this: a training whose points differ in the last bit, as
 * those of another unit do, can end elsewhere. A network that is solved takes them as they are: without noise it finds the
 * truth only where they are exact.
 */
const GRAIN = 2 ** -32;

/** Points in the coordinates of the form. */
export function toFormPoints(
  { inputs, unit, isRounded = false }: DomainForm,
  { x, y }: LinkPoints,
): LinkPoints {
  const rounded = (value: number): number => (isRounded ? GRAIN * Math.round(value / GRAIN) : value);
  const rows = Array.from(y, (_, i) => inputs(x.map((values) => values[i]!)).map(rounded));
  return {
    x: x.map((_, k) => Float64Array.from(rows, (row) => row[k]!)),
    y: y.map((value) => value / unit),
  };
}
