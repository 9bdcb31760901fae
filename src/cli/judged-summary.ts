import { recordsOf } from "../draw/records.ts";
import { formatChoiceEffects } from "../ranking/choice-table.ts";
import type { SweepResult } from "../run/run-sweep.ts";
import { shellWord } from "../text.ts";
import { formatSkipped, formatWork } from "./sweep-summary.ts";

/** What held-out runs say of design choices and tasks, for people. */
export function formatJudged({ manifest, tables }: SweepResult, directory: string): string {
  const { choice_effects: effects, backtests } = tables;
  const configurations = tables.configurations.rows;
  const heldOut = new Set(recordsOf(backtests).map(({ target }) => target)).size;
  const nothing =
    effects === undefined || effects.rows === 0 ? "\nno axis has a second value: nothing is compared\n" : "";
  return (
    `${configurations} configurations, ${heldOut} runs held out\n` +
    `${formatSkipped({ tables }, directory)}${nothing}${effects ? formatChoiceEffects(effects) : ""}` +
    `${formatWork({ manifest })}tables in ${directory} (lawfit show ${shellWord(directory)} choice_effects)\n`
  );
}
