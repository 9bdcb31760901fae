import type { Equation } from "./equations.ts";

/** As many unique tokens or parameters as those of which some are repeated or in excess. */
const diminished = (unique: number, all: number, scale: number): number =>
  unique + unique * scale * (1 - Math.exp(-(all / unique - 1) / scale));

/** The number of experts of Clark et al., saturated at both ends. */
const saturated = (experts: number, start: number, most: number): number =>
  1 / (1 / (experts - 1 + 1 / (1 / start - 1 / most)) + 1 / most);

/** The equation of every law of the library, written out once more by hand. */
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
