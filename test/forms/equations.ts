/** A form's equation: its value at parameters and variables, in the order of its record. */
export type Equation = (parameters: Iterable<number>, variables: readonly number[]) => number;

/**
 * The equation of every form that the backends are held to, written out once more by hand as its paper prints it: what
 * `registry.test.ts` holds the records against, and the truth of the tests of solvers.
 */
export const equations: Readonly<Record<string, Equation>> = {
  chinchilla: ([a, b, alpha, beta, E], [N, D]) =>
    Math.exp(a!) / N! ** alpha! + Math.exp(b!) / D! ** beta! + E!,
  kaplan: ([a, r, b, beta], [N, D]) => (Math.exp(a!) / N! ** r! + Math.exp(b!) / D!) ** beta!,
  "kaplan-offset": ([a, r, b, beta, E], [N, D]) =>
    (Math.exp(a!) / N! ** r! + Math.exp(b!) / D!) ** beta! + E!,
  "shifted-power-law": ([k, kappa, g, E], [z]) => Math.exp(k!) * (z! + Math.exp(g!)) ** kappa! + E!,
  "power-law": ([a, alpha], [C]) => Math.exp(a!) / C! ** alpha!,
  "power-law-offset": ([a, alpha, E], [C]) => Math.exp(a!) / C! ** alpha! + E!,
  sigmoid: ([a, L0, k, b], [L]) => a! / (1 + Math.exp(-k! * (L! - L0!))) + b!,
  gompertz: ([a, L0, k, b], [L]) => a! + b! - a! * Math.exp(-Math.exp(k! * (L! - L0!))),
  "mirrored-gompertz": ([a, L0, k, b], [L]) => b! + a! / Math.exp(Math.exp(k! * (L0! - L!))),
  "log-logistic": ([a, m, k, b], [L]) => a! / (1 + (Math.exp(m!) / L!) ** k!) + b!,
  "two-sigmoids": ([a, L0, k, b, s, d], [L]) =>
    (a! * s!) / (1 + Math.exp(k! * (L0! - L!))) + (a! * (1 - s!)) / (1 + Math.exp(k! * (L0! + d! - L!))) + b!,
  "log-sigmoid": ([s, x0, k], [x]) => 1 + (s! / k!) * Math.log1p(Math.exp(k! * (x! - x0!))),
  linear: ([w0, w1], [x]) => w0! + w1! * x!,
  "single-step": ([a, b, alpha, beta, E, p, q], [N, D]) =>
    p! / (1 + Math.exp(-(Math.exp(a!) / N! ** alpha! + Math.exp(b!) / D! ** beta! + E!))) + q!,
  "single-step-compute": ([a, alpha, E, p, q], [C]) =>
    p! / (1 + Math.exp(-(Math.exp(a!) / C! ** alpha! + E!))) + q!,
  "compute-power-law": ([a, alpha], [C]) => Math.exp(a!) * C! ** -alpha!,
  "compute-composed": ([w0, a, alpha], [C]) => w0! - Math.exp(a!) / C! ** alpha!,
  "compute-log-score": ([alpha, m], [C]) => Math.exp((C! / Math.exp(m!)) ** alpha!) / 100,
  "compute-negative-log-score": ([alpha, m], [C]) => Math.exp(-((C! / Math.exp(m!)) ** -alpha!)),
  "mix-m2-2": ([a, alpha1, alpha2], [C1, C2]) => Math.exp(a!) * C1! ** -alpha1! * C2! ** -alpha2!,
  "mix-m3-2": ([a, alpha, u2], [C1, C2]) => Math.exp(a!) * (C1! + Math.exp(u2!) * C2!) ** -alpha!,
  "mix-m4-2": ([a, alpha, alpha1, alpha2], [C1, C2]) =>
    Math.exp(a!) * (C1! + C2!) ** -alpha! * C1! ** -alpha1! * C2! ** -alpha2!,
  "linear-5": ([w0, ...w], x) => w.reduce((sum, slope, i) => sum + slope * x[i]!, w0!),
  "network-5-3": (p, x) => {
    const [...w] = p;
    return [0, 1, 2].reduce((sum, h) => {
      const input = x.reduce((inner, value, k) => inner + w[6 * h + 1 + k]! * value, w[6 * h]!);
      return sum + w[19 + h]! * Math.max(input, 0);
    }, w[18]!);
  },
  saturation: ([a, b, c], [x]) => a! * Math.tanh(b! * x!) + c!,
  hill: ([a, b, c], [x]) => (a! * x! ** b!) / (c! + x!),
};
