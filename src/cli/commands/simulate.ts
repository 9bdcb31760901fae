import type { CommandModule } from "yargs";
import { simulateFlpMCommand } from "./simulate-flp-m.ts";
import { simulateLadderCommand } from "./simulate-ladder.ts";
import { simulateLossToLossCommand } from "./simulate-loss-to-loss.ts";

/** `lawfit simulate DESIGN --out DIR`; each design is a command of its own, with its own options. */
export const simulateCommand: CommandModule = {
  command: "simulate",
  describe: "make a checkpoint table whose true laws are known",
  builder: (yargs) =>
    yargs
      .command(simulateLadderCommand)
      .command(simulateFlpMCommand)
      .command(simulateLossToLossCommand)
      .demandCommand(1, "a design is missing; allowed: ladder, flp-m, loss-to-loss")
      .strictCommands()
      .recommendCommands(),
  handler: () => {},
};
