import { recordsOf } from "../draw/records.ts";
import { formatChoiceEffects } from "../ranking/choice-table.ts";
import { formatPredictability } from "../ranking/predictability-table.ts";
import type { SweepResult } from "../run/run-sweep.ts";
import { countOf, shellWord } from "../text.ts";
import { formatSkipped, formatWork } from "./sweep-summary.ts";

/** What held-out runs say of design choices and tasks, for people. */
export function formatJudged({ manifest, tables }: SweepResult, directory: string): string {
  const { choice_effects: effects, backtests, predictability: tasks } = tables;
  const past = recordsOf(backtests);
  const [heldOut, cuts] = ["target", "cut"].map((name) => new Set(past.map((row) => row[name])).size);
  const nothing =
    effects === undefined || effects.rows === 0 ? "\nno axis has a second value: nothing is compared\n" : "";
  return (
    `${countOf(tables.configurations.rows, "configuration")}; ${countOf(heldOut!, "run")} held out at ${countOf(cuts!, "cut")}\n` +
    `${formatSkipped({ tables }, directory)}${nothing}${effects ? formatChoiceEffects(effects) : ""}${tasks ? `${formatPredictability(tasks)}\n` : ""}` +
    `${formatWork({ manifest })}tables in ${directory} (lawfit show ${shellWord(directory)} choice_effects)\n`
  );
}
