/**
 * Scores of guessing by the beginning of a subject's name: one over the number of choices. A few questions of ARC have
 * three or five choices; four is the rule.
 */
const CHANCE_LEVELS: readonly (readonly [task: string, chance: number])[] = [
  ["mmlu", 0.25],
  ["hellaswag", 0.25],
  ["arc_easy", 0.25],
  ["arc_challenge", 0.25],
  ["openbookqa", 0.25],
  ["openbook_qa", 0.25],
  ["sciq", 0.25],
  ["csqa", 0.2],
  ["socialiqa", 1 / 3],
  ["piqa", 0.5],
  ["boolq", 0.5],
  ["winogrande", 0.5],
];

/** The score of guessing at a task, or undefined where it is not known. */
export function chanceLevel(subject: string): number | undefined {
  return CHANCE_LEVELS.find(([task]) => subject === task || subject.startsWith(`${task}_`))?.[1];
}

const SCORES = ["accuracy", "mc_accuracy"];

/**
 * Adds the metric `chance` to the tasks, on the rows with an accuracy.
 *
 * @param subjects subject to metric to values, one a wide row; changed
 * @returns the tasks whose chance level is not known
 */
export function addChance(subjects: ReadonlyMap<string, Map<string, Float64Array>>): string[] {
  const unknown: string[] = [];
  for (const [subject, metrics] of subjects) {
    const [first, ...others] = SCORES.flatMap((metric) => metrics.get(metric) ?? []);
    if (first === undefined) continue;
    const chance = chanceLevel(subject);
    if (chance === undefined) unknown.push(subject);
    else {
      const measured = (score: number, row: number) =>
        [score, ...others.map((values) => values[row])].some((value) => !Number.isNaN(value));
      metrics.set(
        "chance",
        first.map((score, row) => (measured(score, row) ? chance : Number.NaN)),
      );
    }
  }
  return unknown;
}
