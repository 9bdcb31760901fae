/** A number as a paper prints it. */
export interface Printed {
  /** The digits as printed, a trailing zero included. */
  text: string;
  value: number;
  /** Digits after the point. */
  decimals: number;
}

/** Reads a number as printed: `0.40`, `-1.3`, `702974.93`. */
export function printed(text: string): Printed {
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw new Error(`${JSON.stringify(text)} is no printed number`);
  return { text, value: Number(text), decimals: text.split(".")[1]?.length ?? 0 };
}

/** Whether a number rounds to the printed one; half of the last digit either way, a tie included. */
export function roundsTo(value: number, { value: target, decimals }: Printed): boolean {
  // A share of the unit as allowance for the last bits of binary fractions.
  const unit = 10 ** -decimals;
  return Math.abs(value - target) <= unit * (0.5 + 1e-6);
}

/** A number to so many digits after the point. */
export function roundTo(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}
