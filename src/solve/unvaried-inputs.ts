import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { extremes, mean } from "../statistics.ts";
import type { Problem } from "./problem.ts";

/**
 * Inputs that differ by less than this share count as constant: what a fit takes from so small a difference is noise. Of tokens,
 * 0.1 % is a few steps of training.
 */
const NO_VARIATION = 1e-3;

/** A target is outside of the data when it is this many times as far from the points' mean as they spread, or as `NO_VARIATION`. */
const OUTSIDE = 10;

/** An input, or a combination of inputs, that does not vary. */
export interface Unvaried {
  /** A sentence: `all 12 points have D = 1.1e9`. */
  text: string;
  /** Whether other inputs, one for each variable of the form, have the same value. */
  isShared(inputs: readonly number[]): boolean;
}

/**
 * The inputs that do not vary at the points of a problem, or vary only together with others. Inputs are compared by their
 * logarithms, those that are not positive by their values.
 */
export function unvariedInputs({ form, variables }: Pick<Problem, "form" | "variables">): Unvaried[] {
  return unvariedColumns(form.variableNames, variables);
}

/** The same for named columns of equal length. */
export function unvariedColumns(
  columnNames: readonly string[],
  variables: readonly Float64Array[],
): Unvaried[] {
  if (variables.length === 1 && variesClearly(variables[0]!)) return [];
  const points = variables[0]?.length ?? 0;
  const all = variables.map(centred);
  const unvaried: Unvaried[] = [];
  const constant = new Set<number>();
  all.forEach((column, v) => {
    if (column.farthest > NO_VARIATION) return;
    constant.add(v);
    const value = Number(variables[v]![0]!.toPrecision(6));
    unvaried.push({
      text: `all ${points} points have ${columnNames[v]} = ${value}${column.farthest > 1e-9 ? " but for 0.1 %" : ""}`,
      isShared: (inputs) => column.distance(inputs[v]!) <= OUTSIDE * Math.max(column.farthest, NO_VARIATION),
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
      unvaried.push({
        text: `all ${points} points have ${names} ${how}`,
        isShared: (inputs) =>
          Math.abs(y.offset(inputs[b]!) - slope * x.offset(inputs[a]!)) <=
          OUTSIDE * Math.max(apart, NO_VARIATION),
      });
    }
  }
  const apart = all.flatMap((_, v) => (constant.has(v) || paired.has(v) ? [] : [v]));
  return [...unvaried, ...planes(apart)];

  /** Directions in which three or more inputs do not vary although no two of them vary together. */
  function planes(inputs: readonly number[]): Unvaried[] {
    if (inputs.length < 3) return [];
    const columns = inputs.map((v) => all[v]!.values.slice());
    const values = new Matrix(columns.map((column) => [...column])).transpose();
    const { diagonal, rightSingularVectors } = new SingularValueDecomposition(values, {
      autoTranspose: true,
    });
    return diagonal.flatMap((_, k): Unvaried[] => {
      const direction = rightSingularVectors.getColumn(k);
      const most = Math.max(...direction.map(Math.abs));
      const shares = direction.map((share) => share / most);
      const across = (offsets: readonly number[]): number =>
        Math.abs(shares.reduce((sum, share, i) => sum + share * offsets[i]!, 0));
      const farthest = Array.from({ length: points }, (_, i) =>
        across(columns.map((column) => column[i]!)),
      ).reduce((a, b) => Math.max(a, b), 0);
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

/** Whether the least and the largest value alone show that an input varies. */
function variesClearly(values: Float64Array): boolean {
  const [least, most] = extremes(values);
  // From their mean one of the two is at least half of this away.
  return (least > 0 ? Math.log(most / least) : most - least) > 2.1 * NO_VARIATION;
}

/** Values minus their mean, on the scale of the comparison. */
function centred(given: Float64Array) {
  const scaled = (x: number): number => (isPositive ? Math.log(x) : x);
  const isPositive = given.every((x) => x > 0);
  const all = given.map(scaled);
  const centre = mean(all);
  const values = all.map((x) => x - centre);
  const offset = (x: number): number => scaled(x) - centre;
  return {
    values,
    squares: values.reduce((sum, x) => sum + x * x, 0),
    farthest: values.reduce((most, x) => Math.max(most, Math.abs(x)), 0),
    offset,
    distance: (x: number): number => Math.abs(offset(x)),
  };
}
