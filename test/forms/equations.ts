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

/** As many unique tokens or parameters as those of which some are repeated or in excess. */
const diminished = (unique: number, all: number, scale: number): number =>
  unique + unique * scale * (1 - Math.exp(-(all / unique - 1) / scale));

/** The number of experts of Clark et al., saturated at both ends. */
const saturated = (experts: number, start: number, most: number): number =>
  1 / (1 / (experts - 1 + 1 / (1 / start - 1 / most)) + 1 / most);

/** The same for the laws of the library. */
export const lawEquations: Readonly<Record<string, Equation>> = {
  "repeated-data": ([a, b, alpha, beta, E, r], [N, D, U]) =>
    Math.exp(a!) / N! ** alpha! + Math.exp(b!) / diminished(U!, D!, r!) ** beta! + E!,
  "repeated-data-excess": ([a, b, alpha, beta, E, r, s], [N, M, D, U]) =>
    Math.exp(a!) / diminished(M!, N!, s!) ** alpha! + Math.exp(b!) / diminished(U!, D!, r!) ** beta! + E!,
  "over-training": ([a, b, eta, E], [C, M]) =>
    E! + (Math.exp(a!) * M! ** eta! + Math.exp(b!) * M! ** -eta!) * C! ** -eta!,
  "continual-pretraining": ([a, b, alpha, beta, E, eta, c, gamma, g], [N, D, r]) =>
    E! +
    Math.exp(a!) / N! ** alpha! +
    (Math.exp(b!) * r! ** eta!) / D! ** beta! +
    Math.exp(c!) / (r! + g!) ** gamma!,
  "routed-experts": ([a, b, c, d, s, m], [N, K]) => {
    const [n, k] = [Math.log10(N!), Math.log10(saturated(K!, s!, m!))];
    return 10 ** (a! * n + b! * k + c! * n * k + d!);
  },
  "granular-experts": ([g, gamma, a, alpha, b, beta, c], [N, D, G]) =>
    c! + (Math.exp(g!) / G! ** gamma! + Math.exp(a!)) / N! ** alpha! + Math.exp(b!) / D! ** beta!,
  "joint-experts": ([a, delta, alpha, gamma, b, omega, beta, zeta, c, s, m], [N, D, K]) => {
    const k = saturated(K!, s!, m!);
    const [ofSize, ofTokens] = [alpha! + gamma! * Math.log(k), beta! + zeta! * Math.log(k)];
    return (Math.exp(a!) * k ** delta!) / N! ** ofSize + (Math.exp(b!) * k ** omega!) / D! ** ofTokens + c!;
  },
  precision: ([a, b, alpha, beta, E, w, u, k], [N, D, W, A, K]) => {
    const counts = (bits: number, scale: number): number => 1 - Math.exp(-bits / scale);
    const size = N! * counts(W!, w!) * counts(A!, u!) * counts(K!, k!);
    return Math.exp(a!) * size ** -alpha! + Math.exp(b!) * D! ** -beta! + E!;
  },
  "post-training-precision": ([c, d, n, p], [N, D, P]) =>
    ((Math.exp(c!) * D! ** d!) / N! ** n!) * Math.exp(-P! / p!),
  vocabulary: ([a, alpha, c, gamma, b, beta, E], [N, V, D]) =>
    E! + Math.exp(a!) / N! ** alpha! + Math.exp(c!) / V! ** gamma! + Math.exp(b!) / D! ** beta!,
  farseer: ([s, q, S, B, b, Q, A, a, E], [N, D]) =>
    Math.exp(s! * N! ** q! + S!) + Math.exp(B! * N! ** b! + Q!) * D! ** -Math.exp(A! * N! ** a! + E!),
  "broken-power-law": ([a, b, c0, c1, d, f], [x]) =>
    a! + Math.exp(b!) * x! ** -c0! * (1 + (x! / Math.exp(d!)) ** (1 / f!)) ** (-c1! * f!),
  "learning-rate": ([c, alpha, beta], [N, D]) => Math.exp(c!) * N! ** alpha! * D! ** beta!,
  "batch-size": ([c, beta], [D]) => Math.exp(c!) * D! ** beta!,
  "negative-log-score": ([a, b, alpha, beta], [N, D]) =>
    Math.exp(-(Math.exp(a!) / N! ** alpha! + Math.exp(b!) / D! ** beta!)),
  "pass-at-k": ([a, b], [k]) => Math.exp(-Math.exp(a!) * k! ** -b!),
  "pass-at-k-compute": ([a, alpha, beta, delta], [C, k]) =>
    Math.exp(-Math.exp(a!) * C! ** (delta! * Math.log(k!) - alpha!) * k! ** -beta!),
  "loss-to-error": ([e, k, gamma], [L]) => e! - Math.exp(k!) * Math.exp(-gamma! * L!),
  "mix-exponential-3": ([t1, t2, t3, c], [r1, r2, r3]) => c! + Math.exp(t1! * r1! + t2! * r2! + t3! * r3!),
};
