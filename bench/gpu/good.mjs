/** A fit is good when its objective is this close, relative, to the best that any program found. */
const goodWithin = 1e-6;

export function isGood(value, best) {
  return value !== null && value <= best * (1 + goodWithin);
}

/** The middle value, or the mean of the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle) - 1]) / 2;
}
