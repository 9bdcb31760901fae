import type { Loss, Problem, Residual } from "./problem.ts";

/**
 * A loss as two sides of one shape: `over` (of residuals above 0, where the prediction is too large) or `under` times r^2/2 up to
 * `delta` and delta (|r| - delta/2) beyond. An absolute loss is that over delta as delta goes to 0: `over` or `under` times |r|.
 */
export interface LossShape {
  /** Infinity for the squared loss, 0 for an absolute one. */
  delta: number;
  over: number;
  under: number;
}

export function shapeOf(loss: Loss): LossShape {
  switch (loss.kind) {
    case "squared":
      return { delta: Number.POSITIVE_INFINITY, over: 1, under: 1 };
    case "huber":
      return { delta: loss.delta, over: 1, under: 1 };
    case "asymmetric-huber":
      return { delta: loss.delta, over: loss.over, under: 1 };
    case "l1":
      return { delta: 0, over: 1, under: 1 };
    case "quantile":
      return { delta: 0, over: 1 - loss.quantile, under: loss.quantile };
  }
}

/** Whether a loss is linear in the residual on either side of 0. */
export function isAbsolute({ kind }: Loss): boolean {
  return kind === "l1" || kind === "quantile";
}

/** The loss of a residual. */
export function lossAt({ delta, over, under }: LossShape, r: number): number {
  const size = Math.abs(r);
  const side = r > 0 ? over : under;
  if (delta === 0) return side * size;
  return side * (size > delta ? delta * (size - delta / 2) : (size * size) / 2);
}

/** The derivative of the loss by the residual; 0 at the kink of an absolute loss. */
export function influenceAt({ delta, over, under }: LossShape, r: number): number {
  const side = r > 0 ? over : under;
  return side * (delta === 0 ? Math.sign(r) : Math.max(-delta, Math.min(delta, r)));
}

/** A residual: prediction - response, prediction / response - 1, or ln(prediction) - ln(response); not yet over a point's sigma. */
export function residualAt(residual: Residual, value: number, response: number): number {
  if (residual === "log") return Math.log(value) - Math.log(response);
  return residual === "relative" ? value / response - 1 : value - response;
}

/** What a change of the prediction is divided by to be one of the residual, not yet over a point's sigma. */
export function residualUnit(residual: Residual, value: number, response: number): number {
  return residual === "plain" ? 1 : residual === "log" ? value : response;
}

/** Whether residuals have the unit of the response, and so whether responses are moved by a sum: else by a factor. */
export function inUnitOfResponse(residual: Residual): boolean {
  return residual === "plain";
}

/** The largest residual, in size, of the problem's points at a prediction of 0, or of a factor e: what residuals are measured by. */
export function residualSize({
  residual,
  response,
  sigma,
}: Pick<Problem, "residual" | "response" | "sigma">): number {
  const isPlain = inUnitOfResponse(residual);
  if (!isPlain && sigma === undefined) return 1;
  let most = 0;
  for (let i = 0; i < response.length; i++)
    most = Math.max(most, (isPlain ? Math.abs(response[i]!) : 1) / (sigma === undefined ? 1 : sigma[i]!));
  return most;
}

/** The kinds of losses, as options and sweep files write them. */
export const lossSyntax =
  "squared, huber, huber:DELTA, asymmetric-huber:OVER, asymmetric-huber:DELTA:OVER, l1, quantile:Q";

/** The kinds of residuals, as options and sweep files write them. */
export const residualKinds = ["log", "plain", "relative"] as const satisfies readonly Residual[];

/**
 * Reads a loss: `squared`, `huber:0.001`, `asymmetric-huber:0.001:10` (delta, then over), `l1`, `quantile:0.9`; in place of colons spaces, as
 * tables have it. `huber` and `asymmetric-huber:10` take the delta that is given.
 *
 * @returns undefined where the text is none
 */
export function parseLoss(text: string, delta: number): Loss | undefined {
  const [kind, ...words] = text.split(/[: ]/);
  const numbers = words.map((word) => (word === "" ? Number.NaN : Number(word)));
  if (!numbers.every((number) => Number.isFinite(number) && number > 0)) return undefined;
  const [first, second] = numbers;
  switch (kind) {
    case "squared":
    case "l1":
      return numbers.length === 0 ? { kind } : undefined;
    case "huber":
      return numbers.length <= 1 ? { kind, delta: first ?? delta } : undefined;
    case "asymmetric-huber":
      if (numbers.length === 1) return { kind, delta, over: first! };
      return numbers.length === 2 ? { kind, delta: first!, over: second! } : undefined;
    case "quantile":
      return numbers.length === 1 && first! < 1 ? { kind, quantile: first! } : undefined;
    default:
      return undefined;
  }
}

/** A loss as tables have it: `squared`, `huber 0.001`, `asymmetric-huber 0.001 10`, `l1`, `quantile 0.9`. */
export function describeLoss({ kind, ...numbers }: Loss): string {
  return [kind, ...Object.values(numbers)].join(" ");
}
