import type { CommandModule } from "yargs";

/** `lawfit doctor`. */
export const doctorCommand: CommandModule<object, object> = {
  handler: async () => {
    const { printText } = await import("../output.ts");
    const { diagnose, formatDiagnosis } = await import("../diagnosis.ts");
    printText(formatDiagnosis(await diagnose()));
  },
};
