import { getOrInsert } from "../collections.ts";
import { readCountName } from "../tables/guess/input-names.ts";
import type { Form } from "./form.ts";

/** What the inputs of a law besides size and tokens are. */
export interface HeldInputs {
  /** Values by name: numbers of experts, batch sizes. */
  at: Readonly<Record<string, number>>;
  /** Tokens that are not repetitions; undefined where none are given. */
  uniqueTokens: number | undefined;
}

/** How a law takes model size and tokens. */
export interface SizeInputs {
  /** Its inputs at N parameters and D tokens, in the form's order. */
  at(parameters: ArrayLike<number>, n: number, d: number): number[];
  /** The same, written into room for them. */
  writeAt(room: number[], parameters: ArrayLike<number>, n: number, d: number): number[];
  /** Size and tokens of a point of its inputs. */
  sizeOf(variables: ArrayLike<number>): { n: number; d: number };
}

type Input = (parameters: ArrayLike<number>, n: number, d: number) => number;

/** Inputs that follow from size and tokens, or from unique tokens, of the laws in which they do. */
const FOLLOWING: Readonly<Record<string, Readonly<Record<string, (form: Form, unique: number) => Input>>>> = {
  "over-training": { M: () => (_, n, d) => d / n },
  "repeated-data-excess": { M: worthwhileSize },
};

/**
 * The parameters that the unique tokens are worth (Muennighoff et al., 2023, arXiv 2305.16264, section 3.1): the smaller of N and the
 * compute-optimal size for them by chinchilla's law of the same parameters, (alpha A/(beta B) U^beta)^(1/alpha).
 */
function worthwhileSize(form: Form, unique: number): Input {
  const [a, b, alpha, beta] = ["a", "b", "alpha", "beta"].map((name) => form.parameterNames.indexOf(name));
  return (p, n, d) => {
    const ratio = Math.log(p[alpha!]! / p[beta!]!) + p[a!]! - p[b!]!;
    return Math.min(n, Math.exp((ratio + p[beta!]! * Math.log(Math.min(unique, d))) / p[alpha!]!));
  };
}

/** Whether an input is a number of unique tokens. */
export const isUniqueTokens = (name: string): boolean => name === "U" || /unique/i.test(name);

/** The unit that the name of unique tokens gives, 1e9 of `unique_tokens_b`; undefined where an input is no number of them. */
export const unitOfUniqueTokens = (name: string): number | undefined =>
  isUniqueTokens(name) ? (readCountName(name.replace(/unique/i, " "))?.factor ?? 1) : undefined;

/**
 * How a law takes sizes and tokens: N and D, or inputs whose names say parameters and tokens, in the unit that they say.
 *
 * @returns the reason why it cannot be planned by, where an input is missing
 */
export function inputsOf(form: Form, { at, uniqueTokens }: HeldInputs): SizeInputs | { reason: string } {
  const following = FOLLOWING[form.name] ?? {};
  const [name, value] = Object.entries(at).find(([name]) => isUniqueTokens(name)) ?? [];
  const given = uniqueTokens ?? (value && value * unitOfUniqueTokens(name!)!);
  const unique = given ?? Number.POSITIVE_INFINITY;
  const places = new Map<"n" | "d", { v: number; factor: number }>();
  const inputs: Input[] = [];
  for (const [v, name] of form.variableNames.entries()) {
    const follows = Object.hasOwn(following, name) ? following[name]!(form, unique) : undefined;
    const held = Object.hasOwn(at, name) ? at[name]! : undefined;
    const { key, factor = 1 } = readCountName(name) ?? {};
    const unit = unitOfUniqueTokens(name);
    if (unit !== undefined) {
      if (given === undefined)
        return { reason: `it takes unique tokens ${name}: --unique-tokens gives them` };
      // A run that is shorter than the unique tokens repeats nothing.
      inputs.push((_, _n, d) => Math.min(unique, d) / unit);
    } else if (key === "c") inputs.push((_, n, d) => (6 * n * d) / factor);
    else if (key !== undefined) {
      if (places.has(key))
        return { reason: `two of its inputs ${form.variableNames.join(", ")} count ${WORDS[key]}` };
      places.set(key, { v, factor });
      inputs.push(key === "n" ? (_, n) => n / factor : (_, _n, d) => d / factor);
    } else if (held !== undefined) inputs.push(() => held);
    else if (follows !== undefined) inputs.push(follows);
    else return { reason: `it takes ${name}: --at ${name}=VALUE holds it` };
  }
  const writeAt: SizeInputs["writeAt"] = (room, parameters, n, d) => {
    for (let v = 0; v < inputs.length; v++) room[v] = inputs[v]!(parameters, n, d);
    return room;
  };
  const reading: Pick<SizeInputs, "at" | "writeAt"> = {
    writeAt,
    at: (parameters, n, d) => writeAt([], parameters, n, d),
  };
  if (form.name === "over-training" && inputs.length === 2) {
    return {
      ...reading,
      sizeOf: ({ 0: c, 1: ratio }) => ({ n: Math.sqrt(c! / (6 * ratio!)), d: Math.sqrt((c! * ratio!) / 6) }),
    };
  }
  const [n, d] = [places.get("n"), places.get("d")];
  if (n === undefined || d === undefined)
    return {
      reason: `it is no law of model size N and tokens D: its inputs are ${form.variableNames.join(", ")}`,
    };
  return {
    ...reading,
    sizeOf: (variables) => ({ n: variables[n.v]! * n.factor, d: variables[d.v]! * d.factor }),
  };
}

const WORDS = { n: "parameters", d: "tokens" } as const;

/** Inputs of a law of model size and tokens that a best size takes as they are given; undefined where it is no such law. */
export const furtherInputs = (form: Form): readonly string[] | undefined =>
  getOrInsert(further, form, () => readFurtherInputs(form));

const further = new WeakMap<Form, readonly string[] | undefined>();

function readFurtherInputs(form: Form): readonly string[] | undefined {
  const names = form.variableNames.filter(
    (name) => isUniqueTokens(name) || readCountName(name) === undefined,
  );
  const further = names.filter((name) => !Object.hasOwn(FOLLOWING[form.name] ?? {}, name));
  const isOfSize = ["n", "d"].every((key) =>
    form.variableNames.some((name) => readCountName(name)?.key === key),
  );
  return isOfSize ? further : undefined;
}
