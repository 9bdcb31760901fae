/** Bits of a digit, and how many digits a number has. */
const [BITS, DIGITS] = [11, 6];
const MASK = (1 << BITS) - 1;

/** Place of the half of a number's bits that has its sign. */
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

const counts = new Uint32Array(1 << BITS);

/**
 * Places of numbers in ascending order, of equal ones (0 and -0 among them) in theirs: a radix sort by the bits of the numbers, which takes a third of the
 * time of sorting by comparisons and finding each number in what was sorted.
 */
export function ascending(numbers: Float64Array): Uint32Array {
  const count = numbers.length;
  const bits = new Uint32Array(2 * count);
  const own = new Float64Array(bits.buffer);
  for (let i = 0; i < count; i++) {
    own[i] = numbers[i]! + 0;
    const low = 2 * i + 1 - HIGH;
    const high = 2 * i + HIGH;
    // As whole numbers without a sign they are then in the same order.
    const isNegative = bits[high]! >>> 31 === 1;
    if (isNegative) bits[low] = ~bits[low]!;
    bits[high] = isNegative ? ~bits[high]! : bits[high]! | 0x80000000;
  }
  let places = new Uint32Array(count);
  for (let i = 0; i < count; i++) places[i] = i;
  let next = new Uint32Array(count);
  const digits = new Uint16Array(count);
  for (let digit = 0; digit < DIGITS; digit++) {
    counts.fill(0);
    for (let i = 0; i < count; i++) {
      const low = bits[2 * i + 1 - HIGH]!;
      const high = bits[2 * i + HIGH]!;
      const shift = digit * BITS;
      const value =
        shift + BITS <= 32
          ? low >>> shift
          : shift >= 32
            ? high >>> (shift - 32)
            : (low >>> shift) | (high << (32 - shift));
      digits[i] = value & MASK;
      counts[value & MASK]!++;
    }
    if (count > 0 && counts[digits[0]!] === count) continue;
    let before = 0;
    for (let d = 0; d <= MASK; d++) {
      const here = counts[d]!;
      counts[d] = before;
      before += here;
    }
    for (let k = 0; k < count; k++) {
      const place = places[k]!;
      next[counts[digits[place]!]!++] = place;
    }
    [places, next] = [next, places];
  }
  return places;
}
