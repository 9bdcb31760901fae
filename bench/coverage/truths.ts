import type { RandomStream } from "#lawfit/random.js";
import type { SubjectTruth } from "#lawfit/simulate/ladder-laws.js";
import { trueAccuracy, trueLoss } from "#lawfit/simulate/ladder-laws.js";
import { evaluateForm } from "#lawfit/simulate/simulated.js";

type LossParameters = SubjectTruth["chinchilla"];
type LinkParameters = NonNullable<SubjectTruth["sigmoid"]>;

/** Makes the true loss of a subject from n parameters and d tokens. The stream is the subject's own. */
export type LawTruth = (law: LossParameters, stream: RandomStream) => (n: number, d: number) => number;

/**
 * Makes the true score of a subject from its loss.
 * @param largest true loss among the runs' checkpoints
 */
export type LinkTruth = (
  link: LinkParameters,
  stream: RandomStream,
  largest: number,
) => (loss: number) => number;

/** The law that is fitted. */
export const chinchilla: LawTruth = (law) => (n, d) => trueLoss(law, n, d);

/** The link that is fitted. */
export const sigmoid: LinkTruth = (link) => (loss) => trueAccuracy(link, loss);

/** Size and tokens amid the runs, at which a drifting exponent is that of the law without drift. */
const MIDDLE = { n: 5e8, d: 4e10 };

/**
 * Chinchilla's law whose exponents, -d ln(term)/d ln(input), change by `perDecade` with each tenfold of their input: up in half of the
 * subjects, down in the others.
 */
export function driftingExponents(perDecade: number): LawTruth {
  return ({ a, b, alpha, beta, E }, stream) => {
    const half = (stream.uniform(0, 1) < 0.5 ? -perDecade : perDecade) / (2 * Math.LN10);
    const term = (level: number, exponent: number, x: number, middle: number): number =>
      Math.exp(level - exponent * Math.log(x) - half * Math.log(x / middle) ** 2);
    return (n, d) => term(a, alpha, n, MIDDLE.n) + term(b, beta, d, MIDDLE.d) + E;
  };
}

/** Kaplan's law with an offset, which is chinchilla's where one of the two terms is far the larger. */
export const kaplanOffset: LawTruth = ({ a, b, alpha, beta, E }) => {
  return (n, d) =>
    evaluateForm("kaplan-offset", { a: a / beta, r: alpha / beta, b: b / beta, beta, E }, [n, d]);
};

/** Gompertz's curve with the sigmoid's ends, steepest point and slope there; it nears its lower end sooner than its upper one. */
export const gompertz: LinkTruth = ({ a, b, L0, k }) => {
  const rate = (k * Math.E) / 4;
  return (loss) => a + b - a * Math.exp(-Math.exp(rate * (loss - L0)));
};

/** Gompertz's curve the other way round: it nears its upper end sooner than its lower one. */
export const mirroredGompertz: LinkTruth = (link) => {
  const unit = { ...link, k: (link.k * Math.E) / 4 };
  return (loss) => evaluateForm("mirrored-gompertz", unit, [loss]);
};

/** Two groups of questions, each with a sigmoid of its own, on either side of the one that is drawn. */
export const twoGroups: LinkTruth = (link, stream) => {
  const share = stream.uniform(0.3, 0.7);
  const apart = stream.uniform(2, 4) / link.k;
  const k = 1.5 * link.k;
  const easy = sigmoid({ ...link, k, L0: link.L0 + (1 - share) * apart }, stream, 0);
  const hard = sigmoid({ ...link, k, L0: link.L0 - share * apart }, stream, 0);
  return (loss) => share * easy(loss) + (1 - share) * hard(loss);
};

/** The log-sigmoid with the sigmoid's steepness, which is at chance at the largest loss of the runs. */
export const logSigmoid: LinkTruth = ({ a, b, L0, k }, stream, largest) => {
  const x0 = L0 - stream.uniform(1, 3) / k;
  const unit = { s: -1, x0, k };
  const fall = (1 - (a + b)) / (1 - evaluateForm("log-sigmoid", unit, [largest]));
  return (loss) => evaluateForm("log-sigmoid", { ...unit, s: -fall }, [loss]);
};
