import { describe, expect, test } from "vitest";
import { seededRandom } from "../forms/helpers.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import {
  byFunction,
  exactly,
  type FunctionName,
  type FunctionValues,
  functionNames,
  kernelValues,
  truths,
  ulps,
} from "./functions.ts";
import { toolchains } from "./toolchains.ts";
import { wasmCompiler, wasmFunctions } from "./wasm.ts";

const random = seededRandom(1);
/** `npm test` has every fifth of the numbers, whose true values take mathjs seconds. */
const between = (low: number, high: number, count = 400): number[] =>
  Array.from({ length: wholeCrosses ? count : count / 5 }, () => low + (high - low) * random());
const powersBetween = (low: number, high: number, count = 400): number[] =>
  between(low, high, count).map((exponent) => 10 ** exponent);

/** Largest error allowed, in units in the last place: of all sets with fused multiply-add, and of WebAssembly without. */
const cases: {
  name: FunctionName;
  where: string;
  numbers: number[];
  allowed: number;
  allowedPortable: number;
}[] = [
  {
    name: "exp",
    where: "over its range",
    numbers: [-708, 709, ...between(-708, 709, 2000)],
    allowed: 2,
    allowedPortable: 2,
  },
  { name: "exp", where: "near 0", numbers: [0, 1e-300, ...between(-1, 1)], allowed: 2, allowedPortable: 2 },
  {
    name: "log",
    where: "over its range",
    numbers: [1e-300, 1e300, ...powersBetween(-300, 300, 2000)],
    allowed: 2,
    allowedPortable: 2,
  },
  { name: "log", where: "from 1/2 to 2", numbers: between(0.5, 2, 1200), allowed: 2, allowedPortable: 2 },
  {
    name: "log",
    where: "next to 1",
    numbers: [1, 1 - 2 ** -53, 1 + 2 ** -52, ...between(1 - 1e-7, 1 + 1e-7)],
    allowed: 2,
    allowedPortable: 2,
  },
  {
    name: "log_inverse",
    where: "over its range",
    numbers: powersBetween(-150, 150),
    allowed: 2,
    allowedPortable: 2,
  },
  {
    name: "reciprocal",
    where: "over its range",
    numbers: [...powersBetween(-300, 300), ...between(-3, 3)],
    allowed: 1,
    allowedPortable: 1,
  },
  {
    name: "rough_reciprocal",
    where: "to six digits",
    numbers: powersBetween(-290, 290),
    allowed: 1e-6 * 2 ** 52,
    allowedPortable: 1,
  },
  {
    name: "sqrt",
    where: "over its range",
    numbers: powersBetween(-300, 300),
    allowed: 0.51,
    allowedPortable: 0.51,
  },
  {
    name: "sin",
    where: "up to 1e5",
    numbers: [...between(-10, 10), ...between(-1e5, 1e5)],
    allowed: 2,
    allowedPortable: 2,
  },
  {
    name: "cos",
    where: "up to 1e5",
    numbers: [...between(-10, 10), ...between(-1e5, 1e5)],
    allowed: 2,
    allowedPortable: 2,
  },
  {
    name: "atan",
    where: "over its range",
    numbers: [...between(-5, 5), ...powersBetween(-10, 10, 200)],
    allowed: 4,
    allowedPortable: 5,
  },
  {
    name: "tanh",
    where: "from 0.1 on",
    numbers: [...between(0.1, 20, 200), ...between(-20, -0.1, 200)],
    allowed: 4,
    allowedPortable: 4,
  },
  {
    name: "sigmoid",
    where: "to both ends",
    numbers: [...between(-40, 40), ...between(-700, 700, 200)],
    allowed: 3,
    allowedPortable: 3,
  },
  {
    name: "sigmoid_beside_softplus",
    where: "to both ends",
    numbers: [...between(-40, 40), ...between(-700, 700, 200)],
    allowed: 3,
    allowedPortable: 3,
  },
  { name: "softplus", where: "to both ends", numbers: between(-40, 40), allowed: 3, allowedPortable: 3 },
  { name: "log_sigmoid", where: "to both ends", numbers: between(-40, 40), allowed: 3, allowedPortable: 3 },
];

/** Where functions end or change their way, and what is no number: every set must do the same there. */
const edges = [
  0,
  -0,
  Infinity,
  -Infinity,
  NaN,
  5e-324,
  1e-310,
  1e308,
  -1e308,
  709.5,
  -708.5,
  1,
  -1,
  1e-4,
  Math.PI / 4,
  710,
  -745,
];

const numbers = Float64Array.from([...cases.flatMap((one) => one.numbers), ...edges]);
const padded = new Float64Array(Math.ceil(numbers.length / 8) * 8).fill(1);
padded.set(numbers);

/** The true values of each case, to 45 digits, which take longer than all else. */
let trueValues: ReturnType<(typeof truths)[FunctionName]>[][] | undefined;

function expectPrecise(values: FunctionValues, portable: boolean): void {
  trueValues ??= cases.map(({ name, numbers }) => numbers.map((x) => truths[name](exactly(x))));
  let at = 0;
  for (const [place, { name, where, numbers, allowed, allowedPortable }] of cases.entries()) {
    const found = values[name].subarray(at, at + numbers.length);
    at += numbers.length;
    const errors = numbers.map((x, i) => ({ x, error: ulps(found[i]!, trueValues![place]![i]!) }));
    const worst = errors.reduce((most, one) => (one.error <= most.error ? most : one));
    expect(worst.error, `${name} ${where}, at ${worst.x}`).toBeLessThanOrEqual(
      portable ? allowedPortable : allowed,
    );
  }
}

const [reference] = toolchains.flatMap(({ name, toolchain }) => (toolchain ? [{ name, toolchain }] : []));
const referenceValues = reference && kernelValues(padded, reference.toolchain);

test.skipIf(reference === undefined)(
  "with fused multiply-add, functions are as precise as they say (skipped without a C++ compiler)",
  () => {
    expectPrecise(referenceValues!, false);
  },
);

// Its compiler takes ten seconds to load. What its kernels find is held to the native ones (test/solve/conformance.test.ts).
test.skipIf(!wasmCompiler || !wholeCrosses)(
  "WebAssembly's functions are as precise as they say (npm run test:all, where the compiler is)",
  async () => {
    expectPrecise(byFunction(await wasmFunctions(padded, functionNames.length)), true);
  },
);

describe("every instruction set gives the same bits", () => {
  for (const { name, toolchain } of toolchains.filter((one) => one.name !== reference?.name)) {
    test.skipIf(toolchain === undefined)(
      `${name} as ${reference?.name} (skipped where this machine cannot run it)`,
      () => {
        expect(kernelValues(padded, toolchain!)).toEqual(referenceValues);
      },
    );
  }
});

test.skipIf(reference === undefined)("near 0 tanh is as precise as numbers near 1 are", () => {
  const small = Float64Array.from([...between(-0.1, 0.1, 80), ...powersBetween(-9, -2, 80)]);
  const { tanh } = kernelValues(small, reference!.toolchain);
  small.forEach((x, i) => {
    expect(Math.abs(tanh[i]! - Math.tanh(x)), `at ${x}`).toBeLessThan(2 ** -52);
  });
});

test.skipIf(reference === undefined)("exp ends in finite numbers, and keeps what is no number", () => {
  const at = (x: number): number => referenceValues!.exp[numbers.findLastIndex((one) => Object.is(one, x))]!;
  expect(at(Infinity)).toBe(at(709.5));
  expect(at(-Infinity)).toBe(at(-745));
  expect(at(Infinity)).toBeGreaterThan(1e307);
  expect(at(-Infinity)).toBeGreaterThan(0);
  expect(at(NaN)).toBeNaN();
});
