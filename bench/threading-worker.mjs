// A worker thread of bench/threading.mjs: the compiled kernel called synchronously.
import koffi from "koffi";

let solve;

/** Solves one request; `library` is the kernel's path, `signature` its C declaration. */
export default function solveRequest({ library, signature, values, realLength, wholeLength }) {
  solve ??= koffi.load(library).func(signature);
  const real = new Float64Array(realLength);
  const whole = new Int32Array(wholeLength);
  solve(...values, real, whole);
  return { real, whole };
}
