import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { mean } from "../statistics.ts";
import type { Problem } from "./problem.ts";

/**
 * Inputs that differ by less than this share do not vary: what a fit reads from so little is the noise of its runs. Of tokens, 0.1 %
 * is a few steps of training.
 */
const NO_VARIATION = 1e-3;

/** A target this many times as far from the points' mean as they spread, or as the share above, is outside of what they tell. */
const OUTSIDE = 10;

/** An input, or what several inputs have together, that does not vary. */
export interface Unvaried {
  /** In words: `all 12 points have D = 1.1e9`. */
  text: string;
  /** Whether inputs share it, one a variable of the form. */
  isShared(inputs: readonly number[]): boolean;
}

/**
 * What of the inputs does not vary, or varies only together with others, at the points of a problem. Inputs are compared by
 * their logarithms, those that are not positive by their values.
 */
export function unvariedInputs({ form, variables }: Pick<Problem, "form" | "variables">): Unvaried[] {
  return unvariedColumns(form.variableNames, variables);
}

/** The same of named columns of one length. */
export function unvariedColumns(
  columnNames: readonly string[],
  variables: readonly Float64Array[],
): Unvaried[] {
  const points = variables[0]?.length ?? 0;
  const all = variables.map(centred);
  const found: Unvaried[] = [];
  const constant = new Set<number>();
  all.forEach((one, v) => {
    if (one.farthest > NO_VARIATION) return;
    constant.add(v);
    const value = Number(variables[v]![0]!.toPrecision(6));
    found.push({
      text: `all ${points} points have ${columnNames[v]} = ${value}${one.farthest > 1e-9 ? " but for 0.1 %" : ""}`,
      isShared: (inputs) => one.distance(inputs[v]!) <= OUTSIDE * Math.max(one.farthest, NO_VARIATION),
    });
  });
  const paired = new Set<number>();
  for (let b = 0; b < all.length; b++) {
    for (let a = 0; a < b; a++) {
      if (constant.has(a) || constant.has(b)) continue;
      const [x, y] = [all[a]!, all[b]!];
      const slope = x.values.reduce((sum, value, i) => sum + value * y.values[i]!, 0) / x.squares;
      const apart = y.values.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - slope * x.values[i]!)),
        0,
      );
      if (apart > NO_VARIATION) continue;
      paired.add(a).add(b);
      const names = `${columnNames[a]} and ${columnNames[b]}`;
      const how = Math.abs(slope - 1) < NO_VARIATION ? "in one ratio" : "on one line of their logarithms";
      found.push({
        text: `all ${points} points have ${names} ${how}`,
        isShared: (inputs) =>
          Math.abs(y.offset(inputs[b]!) - slope * x.offset(inputs[a]!)) <=
          OUTSIDE * Math.max(apart, NO_VARIATION),
      });
    }
  }
  const apart = all.flatMap((_, v) => (constant.has(v) || paired.has(v) ? [] : [v]));
  return [...found, ...planes(apart)];

  /** Directions across which three inputs or more do not vary although no two of them vary together. */
  function planes(inputs: readonly number[]): Unvaried[] {
    if (inputs.length < 3) return [];
    const columns = inputs.map((v) => all[v]!.values.slice());
    const values = new Matrix(columns.map((own) => [...own])).transpose();
    const { diagonal, rightSingularVectors } = new SingularValueDecomposition(values, {
      autoTranspose: true,
    });
    return diagonal.flatMap((_, k): Unvaried[] => {
      const direction = rightSingularVectors.getColumn(k);
      const most = Math.max(...direction.map(Math.abs));
      const shares = direction.map((share) => share / most);
      const across = (offsets: readonly number[]): number =>
        Math.abs(shares.reduce((sum, share, i) => sum + share * offsets[i]!, 0));
      const farthest = Array.from({ length: points }, (_, i) => across(columns.map((own) => own[i]!))).reduce(
        (a, b) => Math.max(a, b),
        0,
      );
      const named = inputs.filter((_, i) => Math.abs(shares[i]!) > NO_VARIATION);
      if (farthest > NO_VARIATION || named.length < 3) return [];
      const names = named.map((v) => columnNames[v]!);
      return [
        {
          text: `all ${points} points have ${names.slice(0, -1).join(", ")} and ${names.at(-1)} on one plane of their logarithms`,
          isShared: (given) =>
            across(inputs.map((v) => all[v]!.offset(given[v]!))) <=
            OUTSIDE * Math.max(farthest, NO_VARIATION),
        },
      ];
    });
  }
}

/** Values less their mean, on the scale that they are compared on. */
function centred(given: Float64Array) {
  const scaled = (x: number): number => (isPositive ? Math.log(x) : x);
  const isPositive = given.every((x) => x > 0);
  const own = given.map(scaled);
  const centre = mean(own);
  const values = own.map((x) => x - centre);
  const offset = (x: number): number => scaled(x) - centre;
  return {
    values,
    squares: values.reduce((sum, x) => sum + x * x, 0),
    farthest: values.reduce((most, x) => Math.max(most, Math.abs(x)), 0),
    offset,
    distance: (x: number): number => Math.abs(offset(x)),
  };
}
