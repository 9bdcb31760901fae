import type { CommandModule } from "yargs";

/** `lawfit doctor`. */
export const doctorCommand: CommandModule<object, object> = {
  builder: (yargs) =>
    yargs
      .example("$0", "compiler, backends and cache")
      .example("CXX=clang++ $0", "the same with another compiler"),
  handler: async () => {
    const { printText } = await import("../output.ts");
    const { diagnose, formatDiagnosis } = await import("../diagnosis.ts");
    printText(formatDiagnosis(await diagnose()));
  },
};
