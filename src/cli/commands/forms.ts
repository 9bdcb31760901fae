import type { CommandModule } from "yargs";

interface FormsArguments {
  name: string[] | undefined;
  latex: boolean;
  format: "text" | "json" | "csv";
}

/** `lawfit forms`. */
export const formsCommand: CommandModule<object, FormsArguments> = {
  command: "forms [name..]",
  describe: "list the built-in forms, or those named: expression, parameters with bounds, source",
  builder: (yargs) =>
    yargs
      .positional("name", {
        type: "string",
        array: true,
        describe: "forms to list, such as mix-m4-7: M4 of seven sources",
      })
      .option("latex", { type: "boolean", default: false, describe: "with the equation in LaTeX" })
      .option("format", {
        choices: ["text", "json", "csv"] as const,
        default: "text" as const,
        requiresArg: true,
        describe: "output",
      }),
  handler: async ({ name: names, latex, format }) => {
    const { forms, getForm } = await import("../../forms/registry.ts");
    const { formsTable } = await import("../../forms/docs.ts");
    const { printFormatted } = await import("../output.ts");
    const { formatTable } = await import("../../tables/format.ts");
    const asked =
      names !== undefined && names.length > 0 ? names.map((name) => getForm(name).record) : forms.values();
    const rows = formsTable(asked);
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
    printFormatted(formatTable({ rows: rows.length, columns }, { format }), format);
  },
};
