import { defineForm } from "../forms/define-form.ts";
import { binary, type Expression, formatExpression, parameter, variable } from "../forms/expression.ts";
import type { Form, FormParameter, FormRecord, FormUnits, StartRange } from "../forms/form.ts";

/** The law of several recipes at once. */
export interface SharedForm {
  /** Its inputs are those of the law and one for each recipe, which is 1 at the points of the recipe and else 0. */
  form: Form;
  /** The parameter that says how far a recipe's is from the common one, where recipes may differ in it. */
  deviation(recipe: number, shared: number): string | undefined;
  /** Its parameters of those of the recipes; a common one is the mean of theirs. */
  pack(laws: readonly Float64Array[]): Float64Array;
  /** The parameters of the law of each recipe. */
  unpack(parameters: Float64Array): Float64Array[];
  /** Of one value for each parameter of the law those of all parameters here; `fallback` for deviations. */
  spread(values: Float64Array, fallback: number): Float64Array;
}

/**
 * The parameters of a law that recipes may share: those that are the same in any unit of the inputs and the response, and that are neither
 * factors nor offsets. Of `E + A/N^alpha` that is alpha.
 *
 * @returns their places in the order of the form
 */
export function sharedParameters(form: Form): number[] {
  const { record, parameterNames, variableNames, output, linearity, logTerms } = form;
  const { units } = record;
  const two = Object.fromEntries([...variableNames, output].map((name) => [name, 2]));
  const start = units?.start ?? record.startRanges.default!;
  const middle = Object.fromEntries(
    parameterNames.map((name) => [name, ((start[name]?.[0] ?? 0) + (start[name]?.[1] ?? 1)) / 2]),
  );
  const changed = new Set(Object.keys(units?.rescaled(middle, two) ?? {}));
  const levels = new Set(logTerms.map(({ level }) => level));
  return parameterNames.flatMap((name, p) =>
    changed.has(name) || linearity[p] !== undefined || levels.has(p) ? [] : [p],
  );
}

const indicator = (r: number): string => `is_recipe${r + 1}`;
const own = (name: string, r: number): string => `${name}_recipe${r + 1}`;
const from = (name: string, r: number): string => `${name}_from${r + 1}`;

/**
 * Makes the law of several recipes at once: a parameter of each recipe is the sum of one for each times its indicator.
 *
 * @param shared places of the parameters that recipes share
 * @param isPartial whether each recipe has a deviation from what is shared
 * @throws UserError where the form is larger than forms may be
 */
export function sharedForm(
  law: Form,
  recipes: number,
  shared: readonly number[],
  isPartial: boolean,
): SharedForm {
  const { record, parameterNames, variableNames } = law;
  const all = Array.from({ length: recipes }, (_, r) => r);
  const isShared = (p: number) => shared.includes(p);
  const names = [
    ...shared.map((p) => parameterNames[p]!),
    ...all.flatMap((r) => parameterNames.flatMap((name, p) => (isShared(p) ? [] : [own(name, r)]))),
    ...(isPartial ? all.flatMap((r) => shared.map((p) => from(parameterNames[p]!, r))) : []),
  ];
  const place = new Map(names.map((name, i) => [name, i]));
  const ofLaw = parameterNames.map((name, p) => {
    const byRecipe = (each: (name: string, r: number) => string) =>
      all
        .map((r) => binary("*", parameter(place.get(each(name, r))!), variable(variableNames.length + r)))
        .reduce((sum, term) => binary("+", sum, term));
    if (!isShared(p)) return byRecipe(own);
    const common = parameter(place.get(name)!);
    return isPartial ? binary("+", common, byRecipe(from)) : common;
  });
  const inputs = [...variableNames, ...all.map(indicator)];
  const described = <T>(ofOwn: (name: string) => T, ofDeviation: T): Record<string, T> =>
    Object.fromEntries([
      ...shared.map((p) => [parameterNames[p]!, ofOwn(parameterNames[p]!)] as const),
      ...all.flatMap((r) =>
        parameterNames.flatMap((name, p) => (isShared(p) ? [] : [[own(name, r), ofOwn(name)] as const])),
      ),
      ...(isPartial
        ? all.flatMap((r) => shared.map((p) => [from(parameterNames[p]!, r), ofDeviation] as const))
        : []),
    ]);
  const { units } = record;
  const start = (ranges: Readonly<Record<string, StartRange>>) =>
    described<StartRange>((name) => ranges[name]!, [-0.01, 0.01]);
  /** The parameters of a recipe's law by name, of those here. */
  const lawOf = (p: Readonly<Record<string, number>>, r: number): Record<string, number> =>
    Object.fromEntries(
      parameterNames.map((name, i) => [
        name,
        isShared(i) ? p[name]! + (isPartial ? p[from(name, r)]! : 0) : p[own(name, r)]!,
      ]),
    );
  const joint: FormRecord = {
    name: `${record.name}-of-recipes`,
    expression: `${law.output} = ${formatExpression(replaced(law.expression, ofLaw), names, inputs)}`,
    parameters: described<FormParameter>((name) => record.parameters[name]!, {}),
    variables: {
      ...record.variables,
      ...Object.fromEntries(all.map((r) => [indicator(r), "1 at the points of the recipe, else 0"])),
    },
    startRanges: { default: start(units?.start ?? record.startRanges.default!) },
    ...(units && {
      units: {
        ...{ start: start(units.start), output: units.output },
        ...(units.together && { together: units.together }),
        ...(units.largest && { largest: units.largest }),
        held: [...(units.held ?? []), ...all.map(indicator)],
        rescaled: ((p, by) =>
          Object.fromEntries(
            all.flatMap((r) =>
              Object.entries(units.rescaled(lawOf(p, r), by)).map(([name, value]) => [own(name, r), value]),
            ),
          )) satisfies FormUnits["rescaled"],
      },
    }),
    description: "A law of several recipes.",
    source: record.source,
  };
  return {
    form: defineForm(joint),
    deviation: (r, p) => (isPartial ? from(parameterNames[p]!, r) : undefined),
    pack(laws) {
      const common = shared.map((p) => laws.reduce((sum, each) => sum + each[p]!, 0) / laws.length);
      return Float64Array.of(
        ...common,
        ...laws.flatMap((each) => Array.from(each).filter((_, p) => !isShared(p))),
        ...(isPartial ? laws.flatMap((each) => shared.map((p, i) => each[p]! - common[i]!)) : []),
      );
    },
    unpack(parameters) {
      const byName = Object.fromEntries(names.map((name, i) => [name, parameters[i]!]));
      return all.map((r) => Float64Array.from(Object.values(lawOf(byName, r))));
    },
    spread(values, fallback) {
      const byName = described<number>((name) => values[parameterNames.indexOf(name)]!, fallback);
      return Float64Array.from(names, (name) => byName[name]!);
    },
  };
}

/** An expression whose parameters are replaced by expressions. */
function replaced(node: Expression, by: readonly Expression[]): Expression {
  switch (node.kind) {
    case "parameter":
      return by[node.index]!;
    case "unary":
      return { ...node, argument: replaced(node.argument, by) };
    case "binary":
      return { ...node, left: replaced(node.left, by), right: replaced(node.right, by) };
    case "call":
      return { ...node, arguments: node.arguments.map((argument) => replaced(argument, by)) };
    default:
      return node;
  }
}
