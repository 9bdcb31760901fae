import { type FormFamily, type FormRecord, type StartRange, upTo } from "../form.ts";
import { ownUnits } from "../own-units.ts";
import { parseForm } from "../parse.ts";
import { numbered } from "./families.ts";

/** Beyond this degree the coefficients by powers of ln N are rounding. */
const MOST_DEGREE = 8;

/** A polynomial in the logarithm of model size. Its coefficients are solved for in the logarithm of N over its mean (`logPolynomials`). */
export const logPolynomial: FormFamily = {
  name: "log-polynomial",
  sizes: [{ counts: "degree", least: 2, most: MOST_DEGREE }],
  builtIn: [],
  make: (degree = 2): FormRecord => {
    const powers = upTo(degree);
    const [name, expression] = [
      `log-polynomial-${degree}`,
      `L = c0 + ${powers.map((k) => (k === 1 ? "c1*ln(N)" : `c${k}*ln(N)^${k}`)).join(" + ")}`,
    ];
    const parameters = {
      c0: { description: "value at N = 1" },
      ...numbered("c", powers, (k) => ({ description: `coefficient of power ${k}` })),
    };
    const context = { form: name, parameterNames: Object.keys(parameters), variableNames: ["N"] };
    const names = { parameters: context.parameterNames, variables: context.variableNames };
    return {
      ...{ name, expression, parameters },
      variables: { N: "number of parameters" },
      startRanges: { default: numbered("c", [0, ...powers], (): StartRange => [-1, 1]) },
      units: ownUnits("L", parseForm(expression, context).expression, names).units,
      description: `A polynomial of degree ${degree} in ln(N), a smooth curve of no law.`,
      source: "any text on regression",
    };
  },
};
