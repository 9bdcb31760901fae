import type { Form, LogTerm } from "../../forms/form.ts";
import type { Tensor, TensorFlow } from "./tensor-flow.ts";

/** Which parameters a curved step bends. */
export interface Bending {
  terms: readonly { level: number; levelSign: 1 | -1; slope: number }[];
  offset: number;
}

/** Undefined where the curved step does not apply: it needs an offset, and one slope in every log-term. */
export function bendingOf({ logTerms, offset }: Pick<Form, "logTerms" | "offset">): Bending | undefined {
  const single = (term: LogTerm): boolean => term.slopes.length === 1;
  if (offset === undefined || logTerms.length === 0 || !logTerms.every(single)) return undefined;
  return {
    terms: logTerms.map(({ level, levelSign, slopes }) => ({
      level,
      levelSign,
      slope: slopes[0]!.parameter,
    })),
    offset,
  };
}

/**
 * Bends a step along the valley of level, slope and offset (docs/solver.md, the curved update): with slope alpha -> alpha' and
 * linear change du of the exponent at the centre, a term becomes T (1 + alpha/alpha' du), and the offset takes up what the
 * terms then lack.
 *
 * @param from, to shifted coordinates before and after the linear step, each [fits]
 * @param isOffsetFixed 1 where a bound holds the offset; undefined: nowhere
 * @returns what is added to each parameter; undefined: nothing
 */
export function bend(
  tf: TensorFlow,
  { terms, offset }: Bending,
  from: readonly Tensor[],
  to: readonly Tensor[],
  isOffsetFixed: Tensor | undefined,
): (Tensor | undefined)[] {
  const one = tf.scalar(1);
  const more: (Tensor | undefined)[] = from.map(() => undefined);
  const usable: Tensor[] = isOffsetFixed ? [tf.less(isOffsetFixed, tf.scalar(0.5))] : [];
  let lack: Tensor | undefined;
  for (const { level, levelSign, slope } of terms) {
    const [before, after] = [from[slope]!, to[slope]!];
    const signed = (x: Tensor): Tensor => (levelSign > 0 ? x : tf.neg(x));
    const u = signed(from[level]!);
    const du = signed(tf.sub(to[level]!, from[level]!));
    const inverse = tf.reciprocal(tf.clipByValue(after, 1e-30, 3e38));
    const growth = tf.add(tf.mul(tf.mul(before, inverse), du), one);
    usable.push(
      tf.greater(before, tf.scalar(0)),
      tf.greater(after, tf.scalar(1e-3)),
      tf.greater(after, tf.mul(before, tf.scalar(0.25))),
      tf.greater(growth, tf.scalar(0.2)),
    );
    more[level] = signed(tf.sub(tf.log(tf.clipByValue(growth, 0.1, 3e38)), du));
    const own = tf.mul(tf.mul(tf.exp(u), du), tf.mul(tf.sub(after, before), inverse));
    lack = lack ? tf.add(lack, own) : own;
  }
  more[offset] = lack;
  const all = usable.reduce((a, b) => tf.logicalAnd(a, b));
  return more.map((own) => own && tf.where(all, own, tf.zerosLike(own)));
}
