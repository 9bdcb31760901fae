import type { Program } from "../../forms/program.ts";
import { triangle } from "./cholesky.ts";

/** Which parameters the form is linear in, each and together with the linear ones before it. */
export function linearParameters({ operations, gradient, hessian }: Program): boolean[] {
  const isCurved = (i: number, j: number): boolean => {
    const { operator, value } = operations[hessian[triangle(i, j)]!]!;
    return operator !== "number" || value !== 0;
  };
  const linear: boolean[] = [];
  for (let i = 0; i < gradient.length; i++) {
    linear[i] = !isCurved(i, i) && !linear.some((isLinear, j) => isLinear && isCurved(i, j));
  }
  return linear;
}
