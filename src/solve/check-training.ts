import { UserError } from "../errors.ts";
import type { Problem, Training } from "./problem.ts";

/** What each option of a training may be. */
const rules: readonly {
  name: keyof Training;
  isAllowed: (value: number) => boolean;
  allowed: string;
}[] = [
  {
    name: "steps",
    isAllowed: (value) => Number.isInteger(value) && value >= 1 && value < 2 ** 31,
    allowed: `a whole number from 1 to ${2 ** 31 - 1}`,
  },
  { name: "learningRate", isAllowed: isNotNegative, allowed: "a number >= 0" },
  { name: "weightDecay", isAllowed: isNotNegative, allowed: "a number >= 0" },
];

function isNotNegative(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}

/** @throws UserError that names the option, its value and what is allowed; a problem that is not trained is fine. */
export function checkTraining({ training }: Pick<Problem, "training">): void {
  if (training === undefined) return;
  for (const { name, isAllowed, allowed } of rules) {
    if (!isAllowed(training[name])) {
      throw new UserError(`training.${name}: ${training[name]} is not allowed; ${allowed}`);
    }
  }
}

/** Why a problem cannot be trained; undefined where it can, or is not to be. */
export function whyUntrainable({ training, loss, residual }: Problem): string | undefined {
  if (training === undefined) return undefined;
  if (loss.kind !== "squared") return `training takes the squared loss, not ${loss.kind}`;
  if (residual !== "plain") return "training takes plain residuals, not those of logarithms";
  return undefined;
}
