import type { RandomStream } from "#lawfit/random.js";

/** Effects of a run, of standard deviation 1 on average over the runs. */
export interface RunEffects {
  /** On the logarithm of its losses. */
  loss: number;
  /** On its scores. */
  score: number;
}

/** What the runs' effects are like. */
export interface NoiseShape {
  /** Name in result tables. */
  name: string;
  /** What it is, in a sentence without its full stop. */
  description: string;
  /**
   * Effects of a run of n parameters.
   * @param ofSize stream that all runs of its size share, from its beginning
   */
  draw(stream: RandomStream, n: number, ofSize: () => RandomStream): RunEffects;
}

/** Size at which effects have standard deviation 1 where they depend on the size. */
const MIDDLE = 5e8;

const shape = (name: string, description: string, draw: NoiseShape["draw"]): NoiseShape => {
  return { name, description, draw };
};

/** A variable of Student's t, scaled to standard deviation 1; degrees of freedom are whole and above 2. */
function heavy(stream: RandomStream, freedom: number): number {
  const z = stream.normal();
  let squares = 0;
  for (let i = 0; i < freedom; i++) squares += stream.normal() ** 2;
  return z * Math.sqrt((freedom - 2) / squares);
}

/** The first is what the intervals of scheme parametric suppose; the others say what comes of it where they are wrong. */
const shapes: readonly NoiseShape[] = [
  shape("normal", "normal, the same for all sizes, loss and score independent", (stream) => {
    return { loss: stream.normal(), score: stream.normal() };
  }),
  shape("heavy-tails", "Student's t with 3 degrees of freedom", (stream) => {
    return { loss: heavy(stream, 3), score: heavy(stream, 3) };
  }),
  shape("t4", "Student's t with 4 degrees of freedom", (stream) => {
    return { loss: heavy(stream, 4), score: heavy(stream, 4) };
  }),
  shape("shared-by-size", "runs of one size share half of the variance", (stream, _, ofSize) => {
    const shared = ofSize();
    const half = () => Math.SQRT1_2 * shared.normal() + Math.SQRT1_2 * stream.normal();
    return { loss: half(), score: half() };
  }),
  shape("small-noisier", "small runs noisier: standard deviation as 1/sqrt(n)", (stream, n) => {
    const size = Math.sqrt(MIDDLE / n);
    return { loss: size * stream.normal(), score: size * stream.normal() };
  }),
  shape("large-noisier", "large runs noisier: standard deviation as sqrt(n)", (stream, n) => {
    const size = Math.sqrt(n / MIDDLE);
    return { loss: size * stream.normal(), score: size * stream.normal() };
  }),
  shape("tied", "a run's score off by its loss: correlation -0.8", (stream) => {
    const loss = stream.normal();
    return { loss, score: -0.8 * loss + 0.6 * stream.normal() };
  }),
];

export const noiseShapes: ReadonlyMap<string, NoiseShape> = new Map(
  shapes.map((shape) => [shape.name, shape]),
);
