import type { CommandModule } from "yargs";

interface FormsArguments {
  latex: boolean;
  format: "text" | "json" | "csv";
}

/** `lawfit forms`. */
export const formsCommand: CommandModule<object, FormsArguments> = {
  command: "forms",
  describe: "list the built-in forms: expression, parameters with bounds, source",
  builder: (yargs) =>
    yargs
      .option("latex", { type: "boolean", default: false, describe: "with the equation in LaTeX" })
      .option("format", {
        choices: ["text", "json", "csv"] as const,
        default: "text" as const,
        requiresArg: true,
        describe: "output",
      }),
  handler: async ({ latex, format }) => {
    const { forms, getForm } = await import("../../forms/registry.ts");
    const { formsTable } = await import("../../forms/docs.ts");
    const { formatTable } = await import("../../tables/format.ts");
    const rows = formsTable(forms.values());
    const column = (name: string, values: string[]) => ({ name, type: "string" as const, values });
    const columns = [
      column(
        "name",
        rows.map(({ name }) => name),
      ),
      column(
        "expression",
        rows.map(({ expression }) => expression),
      ),
      column(
        "parameters",
        rows.map(({ parameters }) => parameters),
      ),
      column(
        "source",
        rows.map(({ source }) => source),
      ),
      ...(latex
        ? [
            column(
              "latex",
              rows.map(({ name }) => getForm(name).latex),
            ),
          ]
        : []),
    ];
    process.stdout.write(formatTable({ rows: rows.length, columns }, { format }));
  },
};
