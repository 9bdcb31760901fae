import { markdownTable } from "../text.ts";
import { formLimits } from "./check-record.ts";
import { defineForm } from "./define-form.ts";
import { functionNames } from "./expression.ts";
import { describeNames, type FormFamily, type FormParameter, type FormRecord } from "./form.ts";

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

function parameterWithBounds(name: string, { lower = -Infinity, upper = Infinity }: FormParameter): string {
  if (lower === -Infinity && upper === Infinity) return name;
  if (upper === Infinity) return `${name} >= ${lower}`;
  if (lower === -Infinity) return `${name} <= ${upper}`;
  return `${name} in [${lower}, ${upper}]`;
}

/** The page `docs/forms.md`: everything that the records of the forms say. */
export function formsMarkdown(forms: Iterable<FormRecord>, families: Iterable<FormFamily> = []): string {
  const records = [...forms];
  return [
    "# Forms",
    "",
    "A form is an analytic function with parameters. This page is made from the records in `src/forms/builtin/` and",
    "`src/forms/families/` by `formsMarkdown`; `UPDATE_DOCS=1 npx vitest run test/forms/docs.test.ts` writes it anew.",
    "",
    ...markdownTable(
      ["form", "expression", "parameters", "source"],
      formsTable(records).map((row) => [
        `\`${row.name}\``,
        `\`${row.expression}\``,
        row.parameters,
        row.source,
      ]),
    ),
    "",
    "Starts are drawn from the intervals under `starts, means 1`, in units in which the inputs and, of a loss, the output have the mean 1, so that",
    "they suit a table in any unit ([solver.md](solver.md)); those under `starts` are in the table's own units.",
    "",
    "Some forms take any number of inputs, said in their name; these numbers are built in, others are compiled where there is a",
    `compiler: ${[...families].map((family) => `\`${describeNames(family)}\``).join(", ")}.`,
    "",
    ...records.flatMap(formSection),
    ...notationSection,
  ].join("\n");
}

function formSection(record: FormRecord): string[] {
  const { name, description, source, parameters, variables, startRanges, units } = record;
  // What random starts are drawn from: with units those in which the data's means are 1.
  const starts: Readonly<Record<string, FormRecord["startRanges"][string]>> =
    units === undefined ? { starts: startRanges.default! } : { "starts, means 1": units.start };
  const rangeNames = Object.keys(starts);
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
    ...markdownTable(
      ["parameter", "what it is", "lower", "upper", ...rangeNames],
      Object.entries(parameters).map(([parameter, { description = "", lower, upper }]) => [
        `\`${parameter}\``,
        description,
        lower === undefined ? "" : String(lower),
        upper === undefined ? "" : String(upper),
        ...rangeNames.map((range) => starts[range]?.[parameter]?.join(" to ") ?? ""),
      ]),
    ),
    "",
    ...markdownTable(
      ["variable", "what it is"],
      Object.entries(variables).map(([variable, what]) => [`\`${variable}\``, what]),
    ),
    "",
  ];
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
  "A power whose exponent is neither a whole number up to 64 nor half of one is exp(exponent * ln(base)), so its base",
  "must be positive where it holds parameters. Write scales as exponentials (`exp(a - alpha*ln(N))`, or",
  "`exp(a)/N^alpha`, which is the same to the solver): it then centres ln(N) and caps its steps, which makes random",
  "starts succeed far more often than with `A/N^alpha`.",
  "",
  "Names are a letter followed by letters, digits and underscores, and no function's; a form must not have the name of a built-in one, which",
  "it would hide, none that is a choice of an axis of the sweep's method (`m2`, `none`), and none of the names that every JavaScript object has, such as `constructor`.",
  "A form that no axis uses is told.",
  "",
  "A form may have, as it is written, at most",
  `${formLimits.operations} operations, ${formLimits.depth} levels of parentheses, signs and powers in one another, ${formLimits.parameters} parameters and ${formLimits.variables} variables;`,
  `its value, gradient and second derivatives may be at most ${formLimits.derived} operations, and take ${formLimits.steps} steps to work out (the largest`,
  "built-in form takes 2.2 million, about a second). One that is larger is refused with what was counted.",
  "",
];
