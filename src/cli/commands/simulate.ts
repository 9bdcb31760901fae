import type { CommandModule } from "yargs";
import { simulateFlpMCommand } from "./simulate-flp-m.ts";
import { simulateLadderCommand } from "./simulate-ladder.ts";

/** `lawfit simulate DESIGN --out DIR`; each design is a command of its own, with its own options. */
export const simulateCommand: CommandModule = {
  command: "simulate",
  describe: "make a checkpoint table whose true laws are known",
  builder: (yargs) =>
    yargs
      .command(simulateLadderCommand)
      .command(simulateFlpMCommand)
      .demandCommand(1, "a design is missing; allowed: ladder, flp-m")
      .strictCommands()
      .recommendCommands(),
  handler: () => {},
};
