import { groupBy } from "../collections.ts";
import { UserError } from "../errors.ts";
import { markdownTable } from "../text.ts";
import { formLimits } from "./check-record.ts";
import { defineForm } from "./define-form.ts";
import { functionNames } from "./expression.ts";
import {
  describeNames,
  type FormFamily,
  type FormParameter,
  type FormRecord,
  type FormUnits,
  type StartRange,
} from "./form.ts";

/** One form as a row of `lawfit forms`. */
export interface FormRow {
  name: string;
  expression: string;
  /** Parameters with their bounds: `alpha in [0, 1], E >= 0, w0`. */
  parameters: string;
  source: string;
}

export function formsTable(forms: Iterable<FormRecord>): FormRow[] {
  return [...forms].map(({ name, expression, parameters, source }) => ({
    name,
    expression,
    parameters: Object.entries(parameters)
      .map(([parameterName, parameter]) => parameterWithBounds(parameterName, parameter))
      .join(", "),
    source,
  }));
}

/**
 * The forms that have every word of a text in what their records say, in capitals or not.
 *
 * @throws UserError where none has
 */
export function searchForms(forms: Iterable<FormRecord>, text: string): FormRecord[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const all = [...forms];
  const found = all.filter(({ name, expression, description, source, variables }) => {
    const said = [name, expression, description, source, ...Object.values(variables)]
      .join("\n")
      .toLowerCase();
    return words.every((word) => said.includes(word));
  });
  if (found.length > 0) return found;
  throw new UserError(
    `--search "${text}": none of ${all.length} forms has all these words; \`lawfit forms\` lists them`,
  );
}

function parameterWithBounds(name: string, { lower = -Infinity, upper = Infinity }: FormParameter): string {
  if (lower === -Infinity && upper === Infinity) return name;
  if (upper === Infinity) return `${name} >= ${lower}`;
  if (lower === -Infinity) return `${name} <= ${upper}`;
  return `${name} in [${lower}, ${upper}]`;
}

/** The part of the page `docs/laws.md` that the records of the library say. */
export function lawsMarkdown(laws: Iterable<FormRecord>): string {
  const records = [...laws];
  return ["", ...overview(records), "", ...records.flatMap(formSection)].join("\n");
}

function overview(records: readonly FormRecord[]): string[] {
  return markdownTable(
    ["form", "expression", "source"],
    records.map(({ name, expression, source }) => [`\`${name}\``, `\`${expression}\``, source]),
  );
}

/** The page `docs/forms.md`: everything that the records of the forms say. */
export function formsMarkdown(forms: Iterable<FormRecord>, families: Iterable<FormFamily> = []): string {
  const records = [...forms];
  return [
    "# Forms",
    "",
    "A form is an analytic function with parameters. This page is generated from the records in `src/forms/builtin/`;",
    "`UPDATE_DOCS=1 npx vitest run test/forms/docs.test.ts` updates it.",
    "",
    ...overview(records),
    "",
    "Published laws for experts, repeated data, precision and more are in the library: [laws.md](laws.md).",
    "",
    "Random starts are drawn from the intervals under `starts, means 1`, in units in which the inputs and, for a loss, the output have the mean 1.",
    "They therefore suit a table in any unit. Those under `starts` are in the table's own units.",
    "",
    "Some forms take any number of inputs, which is part of their name. The members listed here are built in; others are compiled if there is a",
    `compiler: ${[...families].map((family) => `\`${describeNames(family)}\``).join(", ")}.`,
    "",
    ...records.flatMap(formSection),
    ...notationSection,
  ].join("\n");
}

function formSection(record: FormRecord): string[] {
  const { name, description, source, variables, startRanges, units } = record;
  // What random starts are drawn from: with units those in which the data's means are 1.
  const [head, starts] =
    units === undefined ? ["starts", startRanges.default!] : [startsHead(units), units.start];
  return [
    `## ${name}`,
    "",
    description,
    "",
    "```math",
    defineForm(record).latex,
    "```",
    "",
    `Source: ${source}.`,
    "",
    ...markdownTable(["parameter", "what it is", "lower", "upper", head], parameterRows(record, starts)),
    "",
    ...markdownTable(["variable", "what it is"], joinNumbered(Object.entries(variables))),
    "",
    ...coordinatesPart(record),
  ];
}

/** The heading of intervals in the solver's units. */
function startsHead(units: FormUnits): string {
  return units.largest ? "starts, largest input 1" : "starts, means 1";
}

function coordinatesPart({ coordinates, units, variables }: FormRecord): string[] {
  if (coordinates === undefined) return [];
  const { expression, parameters, start, startAmong } = coordinates;
  const ofUnit = startAmong?.(Object.fromEntries(Object.keys(variables).map((name) => [name, [0.5, 1]])));
  const among = Object.entries(ofUnit ?? {});
  return [
    "It is solved in other coordinates, unless a bound that is not the form's own is on a parameter that is not among them (the starts",
    "above are for that case). A fit that ends on one of these bounds, where the form's own parameters run to infinity, has the",
    "termination `limit`.",
    "",
    "```text",
    expression,
    "```",
    "",
    ...markdownTable(
      ["coordinate", "what it is", "lower", "upper", startsHead(units!)],
      parameterRows({ parameters }, start),
    ),
    "",
    ...(among.length === 0
      ? []
      : [
          "Where the inputs vary, random starts are among them, and the intervals above are those of the grid alone. With inputs from 0.5 to 1, but for the outermost",
          `2 % at both ends: ${among.map(([name, [low, high]]) => `\`${name}\` in [${+low.toPrecision(2)}, ${+high.toPrecision(2)}]`).join(" and ")}.`,
          "",
        ]),
  ];
}

function parameterRows(
  { parameters }: Pick<FormRecord, "parameters">,
  starts: Readonly<Record<string, StartRange>>,
): string[][] {
  return joinNumbered(
    Object.entries(parameters).map(([parameter, { description = "", lower, upper }]) => [
      parameter,
      description,
      lower === undefined ? "" : String(lower),
      upper === undefined ? "" : String(upper),
      starts[parameter]?.map((end) => Number(end.toPrecision(3))).join(" to ") ?? "",
    ]),
  );
}

/**
 * Rows that begin with a name and its description, those that differ in the numbers of the name alone as one: `w1` to `w5`,
 * slope of input i.
 */
function joinNumbered(rows: readonly (readonly string[])[]): string[][] {
  const groups = groupBy(rows, ([name = "", description = "", ...cells]) =>
    JSON.stringify([unnumbered(name), unnumbered(description), ...cells]),
  );
  return Array.from(groups.values(), (group) => {
    const [[first = "", description = "", ...cells], [last = "", ofLast = ""]] = [group[0]!, group.at(-1)!];
    if (group.length === 1) return [`\`${first}\``, description, ...cells];
    const between = group.length === 2 ? ", " : " to ";
    return [`\`${first}\`${between}\`${last}\``, lettered(last, ofLast), ...cells];
  });
}

const unnumbered = (text: string): string => text.replace(/\d+/g, "#");

/** A description with letters in place of the numbers in the name: `w3_5`, input 5 in unit 3: input j in unit i. */
function lettered(name: string, description: string): string {
  const numbers: string[] = name.match(/\d+/g) ?? [];
  return description.replace(/\d+/g, (number) => "ij"[numbers.indexOf(number)] ?? number);
}

const notationSection = [
  "## A form of your own",
  "",
  "A sweep file can define forms; they run at the speed of the built-in ones:",
  "",
  "```yaml",
  "forms:",
  "  my-form:",
  '    expression: "L = exp(a - alpha*ln(N)) + E"',
  '    variables: { N: "model parameters" }',
  "    parameters:",
  "      a: { lower: 0, start: [0, 15] }",
  "      alpha: { lower: 0, upper: 1, start: [0, 1] }",
  "      E: { lower: 0, start: [0, 2] }",
  "```",
  "",
  "The left side names the output. The notation has `+ - * / ^`, parentheses, numbers, `pi` and the functions",
  `${functionNames.map((name) => `\`${name}\``).join(", ")}; \`log\` and \`ln\` are both the natural logarithm.`,
  "A power whose exponent is neither a whole number up to 64 nor half of one is computed as exp(exponent * ln(base)), so its",
  "base must be positive if it contains parameters. A base of variables alone may be 0 where it is one of `max`, `relu` and `abs`: `max(D/U - 1, 0)^c`. Write scales as exponentials (`exp(a - alpha*ln(N))`, or",
  "`exp(a)/N^alpha`, which is the same to the solver). The solver then centres ln(N) and caps its steps, and random",
  "starts succeed far more often than with `A/N^alpha`.",
  "",
  "A name is a letter followed by letters, digits and underscores, and not the name of a function. A form must not have the name of a built-in form, which",
  "it would hide, of a choice of an axis of the sweep's method (`m2`, `none`), or of something that every JavaScript object has, such as `constructor`.",
  "A form that no axis uses is reported.",
  "",
  "As written, a form may have at most",
  `${formLimits.operations} operations, ${formLimits.depth} nested levels of parentheses, signs and powers, ${formLimits.parameters} parameters and ${formLimits.variables} variables.`,
  `Its value, gradient and second derivatives may have at most ${formLimits.derived} operations and take ${formLimits.steps} steps to derive (the largest`,
  "built-in form takes 2.2 million, about a second). A larger form is refused with what was counted.",
  "",
];
