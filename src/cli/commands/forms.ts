import type { CommandModule } from "yargs";
import type { FormRow } from "../../forms/docs.ts";
import { switchOption, tableFormatOption } from "../options.ts";

interface FormsArguments {
  name: string[] | undefined;
  search: string | undefined;
  latex: boolean;
  format: "text" | "json" | "csv";
}

/** `lawfit forms`. */
export const formsCommand: CommandModule<object, FormsArguments> = {
  builder: (yargs) =>
    yargs
      .positional("name", {
        type: "string",
        array: true,
        describe: "forms to list, such as mix-m4-7: M4 of seven sources",
      })
      .option("search", {
        type: "string",
        describe: "list only those whose name, expression, description, inputs or source has all these words",
      })
      .option("latex", { ...switchOption, describe: "print the equation in LaTeX too" })
      .option("format", tableFormatOption)
      .example("$0", "all built-in forms, and the laws of the library")
      .example("$0 --search experts", "laws of mixtures of experts")
      .example("$0 chinchilla mix-m4-7 --latex", "two forms, with their equations in LaTeX"),
  handler: async ({ name: names, search, latex, format }) => {
    const { forms, getForm, laws } = await import("../../forms/registry.ts");
    const { formsTable, searchForms } = await import("../../forms/docs.ts");
    const { printFormatted } = await import("../output.ts");
    const { formatTable } = await import("../../tables/format.ts");
    const { tableOf, text } = await import("../../tables/table-of.ts");
    const asked =
      names !== undefined && names.length > 0
        ? names.map((name) => getForm(name).record)
        : [...forms.values(), ...laws.values()];
    const rows = formsTable(search === undefined ? asked : searchForms(asked, search));
    const table = tableOf(rows, [
      text("name", "name of the form"),
      text("expression", "what it gives, as an expression of variables and parameters"),
      text("parameters", "names of the parameters, with their bounds"),
      text("source", "where it was published"),
      ...(latex ? [text("latex", "the equation", ({ name }: FormRow) => getForm(name).latex)] : []),
    ]);
    printFormatted(formatTable(table, { format }), format);
  },
};
