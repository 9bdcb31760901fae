import { type RandomStream, randomStream } from "../random.ts";
import { evaluateForm } from "./simulated.ts";

/** True parameters of the loss of a subject, L = exp(a)/N^alpha + exp(b)/D^beta + E. */
interface ChinchillaParameters {
  a: number;
  b: number;
  alpha: number;
  beta: number;
  E: number;
}

/** True parameters of the accuracy of a task, a/(1 + exp(-k*(L - L0))) + b. */
interface SigmoidParameters {
  a: number;
  L0: number;
  k: number;
  b: number;
}

/** The laws that one subject obeys. */
export interface SubjectTruth {
  subject: string;
  /** `bits per byte` of a task's right answers, `nats per token` of a validation domain. */
  lossUnit: "bits per byte" | "nats per token";
  /** Chance accuracy of a task. */
  chance?: number;
  chinchilla: ChinchillaParameters;
  /** Absent for validation domains: they have a loss only. */
  sigmoid?: SigmoidParameters;
}

/** Validation domains, with loss only. */
const DOMAINS: readonly string[] = ["web", "code"];

/** Sizes of the two losses that a parameter range is thought of at: a small run, and a target. */
const SMALL = { n: 1e9, d: 2e10 };
const LARGE = { n: 1e10, d: 4e12 };

const CHANCES = [0.2, 0.25, 1 / 3, 0.5];

type Range = readonly [low: number, high: number];

/** Ranges of the terms of the loss at the small run; the exponents then give their scale. */
interface LossRanges {
  sizeTerm: Range;
  dataTerm: Range;
  alpha: Range;
  beta: Range;
  E: Range;
}

const TASK: LossRanges = {
  sizeTerm: [0.1, 0.3],
  dataTerm: [0.1, 0.3],
  alpha: [0.2, 0.4],
  beta: [0.2, 0.4],
  E: [0.3, 0.6],
};
const DOMAIN: LossRanges = { ...TASK, sizeTerm: [0.3, 0.6], dataTerm: [0.3, 0.6], E: [1.5, 2.2] };

/** Draws the laws of all subjects, tasks first; a subject's law depends on the seed and its name alone. */
export function drawSubjects(seed: number, tasks: number): SubjectTruth[] {
  const names = Array.from({ length: tasks }, (_, i) => `task${i + 1}`);
  return [
    ...names.map((subject) => drawTask(subject, randomStream(`${seed}/law/${subject}`))),
    ...DOMAINS.map((subject) => drawDomain(subject, randomStream(`${seed}/law/${subject}`))),
  ];
}

function drawDomain(subject: string, stream: RandomStream): SubjectTruth {
  return { subject, lossUnit: "nats per token", chinchilla: drawChinchilla(stream, DOMAIN) };
}

function drawTask(subject: string, stream: RandomStream): SubjectTruth {
  const chinchilla = drawChinchilla(stream, TASK);
  const chance = CHANCES[Math.floor(stream.uniform(0, CHANCES.length))] as number;
  const b = stream.uniform(0.96, 1);
  // The steepest point lies between the losses of a small run and of a target, so that both slopes of the
  // sigmoid are seen.
  const small = trueLoss(chinchilla, SMALL.n, SMALL.d);
  const large = trueLoss(chinchilla, LARGE.n, LARGE.d);
  const L0 = large + stream.uniform(0.3, 0.8) * (small - large);
  const k = stream.uniform(4, 10);
  return { subject, lossUnit: "bits per byte", chance, chinchilla, sigmoid: { a: chance - b, L0, k, b } };
}

function drawChinchilla(stream: RandomStream, ranges: LossRanges): ChinchillaParameters {
  const draw = ([low, high]: Range) => stream.uniform(low, high);
  const alpha = draw(ranges.alpha);
  const beta = draw(ranges.beta);
  return {
    a: Math.log(draw(ranges.sizeTerm)) + alpha * Math.log(SMALL.n),
    b: Math.log(draw(ranges.dataTerm)) + beta * Math.log(SMALL.d),
    alpha,
    beta,
    E: draw(ranges.E),
  };
}

/** The loss of the form `chinchilla` at n parameters and d tokens. */
export function trueLoss(truth: ChinchillaParameters, n: number, d: number): number {
  return evaluateForm("chinchilla", { ...truth }, [n, d]);
}

/** The accuracy of the form `sigmoid` at a loss. */
export function trueAccuracy(truth: SigmoidParameters, loss: number): number {
  return evaluateForm("sigmoid", { ...truth }, [loss]);
}
