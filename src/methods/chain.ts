import { getOrInsert } from "../collections.ts";
import type { Form } from "../forms/form.ts";
import { inUnitOfResponse } from "../solve/loss.ts";
import type { Residual } from "../solve/problem.ts";
import { type Plan, type SolutionRows, WITHOUT_STEPS } from "./method.ts";

/** How a plan predicts: from one solution of each stage, and from many at once; and what was measured. */
type Predicts = Required<Pick<Plan, "measured" | "predict" | "predictMany" | "withForms">>;

/** A target with the inputs of the form that takes its size. */
interface SizedTarget {
  target: string;
  variables: readonly number[];
  actual: number;
}

/** Predicts by one form of the size, the first stage of a plan. */
export function predictStep(form: Form, residual: Residual, targets: readonly SizedTarget[]): Predicts {
  return {
    measured: targets.map(({ target, actual }) => ({ target, actual, featureActual: Number.NaN })),
    predict([parameters], [shift = 0] = []) {
      if (parameters === undefined) return [];
      return targets.map(({ target, variables, actual }) => {
        const predicted = moved(form.value(parameters, variables), residual, shift);
        return { target, predicted, actual, ...WITHOUT_STEPS };
      });
    },
    predictMany([solutions], rows, [shift] = []) {
      if (solutions === undefined) return [];
      const none = nothing(rows);
      return targets.map(({ target, variables }) => {
        const predicted = shifted(valuesAt(form, solutions, variables, rows), residual, shift);
        return { target, predicted, featurePredicted: none, linkPredicted: none };
      });
    },
    withForms: ([other = form]) => predictStep(other, residual, targets),
  };
}

/** A target of two steps. */
interface ChainedTarget extends SizedTarget {
  /** The links whose weighted sum is its score, by their places among the links; at least one. */
  links: readonly { place: number; weight: number }[];
  featureActual: number;
}

/**
 * Predicts by two forms, of which the second takes what the first gives: the first stage of a plan is the law, and after it come its
 * links.
 *
 * @param residuals of the law and of the links
 * @param linkAt the form of a link by its place among the links
 */
export function predictChain(
  law: Form,
  link: Form,
  targets: readonly ChainedTarget[],
  residuals: readonly [Residual, Residual] = ["log", "plain"],
  linkAt: (place: number) => Form = () => link,
): Predicts {
  const [ofLawResidual, ofLinkResidual] = residuals;
  return {
    measured: targets.map(({ target, actual, featureActual }) => ({ target, actual, featureActual })),
    predict([ofLaw, ...ofLinks], [shift1 = 0, ...linkShifts] = []) {
      if (ofLaw === undefined) return [];
      const scoreAt = (links: ChainedTarget["links"], feature: number): number =>
        links
          .map(({ place, weight }) => {
            const value = linkAt(place).value(ofLinks[place]!, [feature]);
            return weight * moved(value, ofLinkResidual, linkShifts[place] ?? 0);
          })
          .reduce((sum, value) => sum + value);
      return targets.flatMap(({ target, links, variables, actual, featureActual }) => {
        // A sum of some of its parts would be no score of the task.
        if (links.some(({ place }) => ofLinks[place] === undefined)) return [];
        const featurePredicted = moved(law.value(ofLaw, variables), ofLawResidual, shift1);
        return [
          {
            target,
            predicted: scoreAt(links, featurePredicted),
            actual,
            featurePredicted,
            featureActual,
            linkPredicted: Number.isNaN(featureActual) ? Number.NaN : scoreAt(links, featureActual),
          },
        ];
      });
    },
    predictMany([ofLaw, ...ofLinks], rows, [shift1, ...linkShifts] = []) {
      if (ofLaw === undefined) return [];
      return targets.flatMap(({ target, links, variables, featureActual }) => {
        const parts = links.flatMap(({ place, weight }) => {
          const ofLink = ofLinks[place];
          if (ofLink === undefined) return [];
          return [{ weight, ofLink, link: linkAt(place), shift2: linkShifts[place] }];
        });
        if (parts.length < links.length) return [];
        const feature = shifted(valuesAt(law, ofLaw, variables, rows), ofLawResidual, shift1);
        const predicted = parts.map(({ weight, ofLink, link, shift2 }) => {
          const values = new Float64Array(rows);
          link.valueOfRows(ofLink.parameters, [feature], values);
          for (const { degenerate } of [ofLaw, ofLink]) clear(values, degenerate);
          return { weight, values: shifted(values, ofLinkResidual, shift2) };
        });
        return [
          {
            target,
            predicted: weightedSum(predicted),
            // Made when it is read: who compares predictions alone need not have it.
            get linkPredicted() {
              if (Number.isNaN(featureActual)) return nothing(rows);
              const ofParts = parts.map(({ weight, ofLink, link, shift2 }) => {
                const values = valuesAt(link, ofLink, [featureActual], rows);
                return { weight, values: shifted(values, ofLinkResidual, shift2) };
              });
              return cleared(weightedSum(ofParts), ofLaw.degenerate);
            },
            featurePredicted: parts.reduce(
              (values, { ofLink }) => cleared(values, ofLink.degenerate),
              feature,
            ),
          },
        ];
      });
    },
    withForms: ([otherLaw = law, ...others]) =>
      predictChain(otherLaw, link, targets, residuals, (place) => others[place] ?? linkAt(place)),
  };
}

const kept = new WeakMap<Float64Array, Map<string, Float64Array>>();

/**
 * The values of a stage's form at one input, on each row of its solutions; NaN where a row has none. They are kept as long as the
 * solutions are: cells that share a stage share its values, and must not change them.
 */
function valuesAt(
  form: Form,
  { parameters, isHeld, degenerate }: SolutionRows,
  variables: readonly number[],
  rows: number,
): Float64Array {
  if (isHeld) return new Float64Array(rows).fill(form.value(parameters, variables));
  const ofStage = getOrInsert(kept, parameters, () => new Map<string, Float64Array>());
  return getOrInsert(ofStage, `${form.name} ${rows} ${variables.join(" ")}`, () => {
    const values = new Float64Array(rows);
    form.valueOfRows(parameters, variables, values);
    clear(values, degenerate);
    return values;
  });
}

/** A value with noise in the unit of its residuals. */
export function moved(value: number, residual: Residual, shift: number): number {
  return inUnitOfResponse(residual) ? value + shift : value * Math.exp(shift);
}

/** Values with noise in the unit of their residuals; themselves without noise. */
function shifted(values: Float64Array, residual: Residual, shift: Float64Array | undefined): Float64Array {
  if (shift === undefined) return values;
  return values.map((value, i) => moved(value, residual, shift[i]!));
}

/** The weighted sum of values; the values themselves of one part of weight 1. @param parts at least one, of one length */
function weightedSum(parts: readonly { weight: number; values: Float64Array }[]): Float64Array {
  const [{ weight, values }, ...others] = parts as [(typeof parts)[0], ...typeof parts];
  if (others.length === 0 && weight === 1) return values;
  const sum = values.map((value) => weight * value);
  for (const other of others) {
    for (let i = 0; i < sum.length; i++) sum[i]! += other.weight * other.values[i]!;
  }
  return sum;
}

/** Makes the values NaN on the rows that are degenerate. */
function clear(values: Float64Array, degenerate: Uint8Array): void {
  for (let i = 0; i < degenerate.length; i++) if (degenerate[i] !== 0) values[i] = Number.NaN;
}

/** The same, with other values where they change: these may be shared. */
function cleared(values: Float64Array, degenerate: Uint8Array): Float64Array {
  for (let i = 0; i < degenerate.length; i++) {
    if (degenerate[i] === 0 || Number.isNaN(values[i])) continue;
    const copy = values.slice();
    clear(copy, degenerate);
    return copy;
  }
  return values;
}

let none = new Float64Array(0);

/** NaN on every row: what a plan does not predict. */
function nothing(rows: number): Float64Array {
  if (none.length !== rows) none = new Float64Array(rows).fill(Number.NaN);
  return none;
}
