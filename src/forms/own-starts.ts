import { type Expression, termsOf } from "./expression.ts";
import type { StartRange } from "./form.ts";

/**
 * Where random starts and the grid look for each parameter, in units in which inputs and output have mean 1, by its place in the
 * expression: a coefficient, an exponent, or a rate.
 *
 * A coefficient is drawn above 0, as nearly all are; the first step from a random start finds it anyway.
 *
 * @param shifts parameters that are the logarithm of a scale
 */
export function ownStarts(
  expression: Expression,
  names: readonly string[],
  shifts: ReadonlySet<number>,
): Record<string, StartRange> {
  const found = new Map<number, StartRange>();
  const put = (index: number, range: StartRange): void => {
    if (!found.has(index)) found.set(index, range);
  };
  /** @param falls whether what the node multiplies or is an exponent of falls as it grows */
  const visit = (node: Expression, place: "factor" | "exponent" | "inside", falls: boolean): void => {
    switch (node.kind) {
      case "parameter": {
        if (shifts.has(node.index)) put(node.index, [-4, 1]);
        else if (place === "exponent") put(node.index, falls ? [0, 1] : [-1, 1]);
        else put(node.index, place === "inside" ? [0, 2] : [0, 1]);
        return;
      }
      case "unary":
        visit(node.argument, place, !falls);
        return;
      case "call":
        for (const argument of node.arguments) {
          if (node.function !== "exp") visit(argument, "inside", false);
          else for (const term of termsOf(argument)) visit(term.node, "exponent", term.sign < 0 !== falls);
        }
        return;
      case "binary":
        if (node.operator === "^") {
          visit(node.right, "exponent", falls);
          visit(node.left, "inside", false);
        } else {
          visit(node.left, place, falls);
          visit(node.right, place, node.operator === "/" || node.operator === "-" ? !falls : falls);
        }
        return;
      default:
    }
  };
  visit(expression, "factor", false);
  return Object.fromEntries(names.map((name, p) => [name, found.get(p) ?? ([-1, 1] as const)]));
}
