import { beforeAll, describe, expect, test } from "vitest";
import { forms } from "../../src/forms/registry.ts";
import { openBackend } from "../../src/solve/backends.ts";
import { openCuda } from "../../src/solve/cuda/backend.ts";
import type { Backend } from "../../src/solve/kernel.ts";
import type { Problem, Solution } from "../../src/solve/problem.ts";
import { solveProblemsOn } from "../../src/solve/solve.ts";
import { openTfjs } from "../../src/solve/tfjs/backend.ts";
import { conformanceProblem, conformanceProblems } from "../../src/throughput/conformance-problems.ts";
import { cxx, hasPortable } from "../kernels/toolchains.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { cases, objectiveOf } from "./cases.ts";
import { buildStandIn, devicePtx, noStandIn } from "./cuda/stand-in/stand-in.ts";
import { fallAlong } from "./minimum.ts";

/**
 * Every form of the list x residuals x losses x few points or many; each also without the disturbance. `npm run test:all` has every
 * residual with every loss, and else each form one pair of them (conformance-problems.ts).
 */
const rows = conformanceProblems(wholeCrosses).map(({ name, entry, problem }) => {
  const { form, residual, loss, response } = problem;
  const { problem: clean } = conformanceProblem(form.name, residual, loss, response.length, false);
  const { model } = cases.find((one) => one.form === form)!;
  return { name, entry, problem, clean: { ...clean, key: `${name}, clean` }, model };
});

type Row = (typeof rows)[number];

/**
 * How the solver goes about a form, whatever its number of parameters: a form of each kind stands for those like it. `npm test` has forms
 * with log-terms and without, and not each number of them.
 */
const kindOf = ({ entry: { form, hasKinks } }: Row): string =>
  [
    wholeCrosses ? form.logTerms.length : form.logTerms.length > 0,
    form.linearity.some((how) => how !== undefined),
    hasKinks ?? false,
  ].join();
const firstOfKind = new Map(rows.toReversed().map((row) => [kindOf(row), row.entry.form.name]));

/**
 * Whether `npm test` solves a form on every backend and with many points as well as few. The others it solves with few points, on the
 * portable backend (where there is one) and tfjs: the native backend compiles the same text.
 */
const stands = (row: Row): boolean => wholeCrosses || firstOfKind.get(kindOf(row)) === row.entry.form.name;
const isFew = (row: Row): boolean => !hasManyPoints(row.problem);

/** The problems that every run of the tests has. */
const covering = new Set(conformanceProblems().map(({ name }) => name));

/** Objectives and predictions of well-posed fits that two backends may differ by, relative. */
const objectiveWithin = 1e-9;
const predictionWithin = 1e-7;

interface Contestant {
  backend: string;
  /** Why it is not here; undefined where it is. */
  absent: string | undefined;
  isSolved(row: Row): boolean;
  /** Whether it solves this row's problem also without the disturbance. @default all of them */
  isSolvedClean?(row: Row): boolean;
  /** Random starts of a problem. @default `usualStarts` */
  startsOf?(problem: Problem): number;
  open(): Promise<Backend & { fellBack?: () => number }>;
}

const everything = (): boolean => true;
const hasManyPoints = ({ response }: Problem): boolean => response.length > 100;
const usualStarts = (problem: Problem): number => (hasManyPoints(problem) ? 12 : 48);
const contestants: readonly Contestant[] = [
  {
    backend: "native",
    absent: cxx === undefined ? "no C++ compiler" : undefined,
    isSolved: (row) => stands(row) || (isFew(row) && !(hasPortable && row.entry.builtIn)),
    open: () => openBackend("native", 2),
  },
  {
    backend: "portable",
    absent: hasPortable ? undefined : "`npm run build:portable` makes it",
    isSolved: (row) => row.entry.builtIn && (isFew(row) || stands(row)),
    open: () => openBackend("portable", 2),
  },
  {
    // The device's own source, its threads as fibres, through the whole backend, for a form of each kind: what is a form's own is
    // compiled for the device by nvcc (test/kernels/nvcc.test.ts), and the same text on the other backends.
    backend: "cuda on a stand-in",
    absent: noStandIn,
    isSolved: (row) => covering.has(row.name) && stands(row),
    // A step of the network on many points takes 25 ms as fibres.
    startsOf: (problem) =>
      problem.form.parameterNames.length > 20 && hasManyPoints(problem) ? 4 : usualStarts(problem) / 2,
    // A warp's sums take their time as fibres.
    isSolvedClean: ({ problem }) => !hasManyPoints(problem),
    open: openStandIn,
  },
  {
    // On its WebAssembly device, one thread. To be quick: few points. Networks it leaves to the processor.
    backend: "tfjs",
    absent: undefined,
    isSolved: ({ name, problem: { response }, entry: { hasKinks, builtIn } }) =>
      covering.has(name) && response.length < 100 && !hasKinks && (builtIn || cxx !== undefined),
    // Where data are exact the processor, which finishes fits, has the last word.
    isSolvedClean: stands,
    open: openTensors,
  },
];

/** The tfjs backend, which finishes the fits of the package's forms by the kernels that are there, with the bits of the compiled ones. */
async function openTensors(): Promise<Backend> {
  const native = cxx === undefined ? undefined : await openBackend("native", 2);
  const portable = hasPortable ? await openBackend("portable", 2) : undefined;
  const kernel: Backend["kernel"] = (variant) => {
    const isBuiltIn = forms.has(variant.form?.name ?? "");
    return ((isBuiltIn ? portable : native) ?? native ?? portable)!.kernel(variant);
  };
  const close = async (): Promise<void> => {
    await native?.close();
    await portable?.close();
  };
  const backend = await openTfjs({ openCpu: async () => ({ ...(native ?? portable)!, kernel, close }) });
  if ("reason" in backend) throw new Error(backend.reason);
  return backend;
}

async function openStandIn(): Promise<Backend & { fellBack: () => number }> {
  const driver = await buildStandIn();
  driver.setUp("multiprocessors=8");
  const backend = await openCuda({ openFallback: () => openBackend("native", 2), ptxFor: devicePtx });
  if ("reason" in backend) throw new Error(backend.reason);
  return {
    ...backend,
    fellBack: () => backend.statistics.fellBack,
    async close() {
      await backend.close();
      const violations = driver.violations();
      driver.remove();
      expect(violations).toEqual([]);
    },
  };
}

/** Solves problems, each from its number of starts; by the problem's key. */
async function solve(
  backend: Backend,
  problems: readonly Problem[],
  startsOf: (problem: Problem) => number,
): Promise<Map<string, Solution>> {
  const found = new Map<string, Solution>();
  for (const starts of new Set(problems.map(startsOf))) {
    const some = problems.filter((problem) => startsOf(problem) === starts);
    const results = await solveProblemsOn(backend, some, { starts, seed: 3 });
    results.forEach((result, i) => {
      if ("skipped" in result) throw new Error(result.skipped.reason);
      found.set(some[i]!.key, result.solution);
    });
  }
  return found;
}

const answers = new Map<string, Map<string, Solution>>();

for (const {
  backend,
  absent,
  isSolved,
  isSolvedClean = everything,
  startsOf = usualStarts,
  open,
} of contestants) {
  describe.skipIf(absent !== undefined)(`${backend}${absent ? ` (${absent})` : ""}`, () => {
    const solved = rows.filter(isSolved);
    const solvedClean = solved.filter(isSolvedClean);
    const told = solvedClean.filter(({ entry }) => !entry.hasKinks);
    const smooth = solved.filter(({ entry }) => !entry.hasKinks);
    const withKinks = solved.filter(({ entry }) => entry.hasKinks);
    let found: Map<string, Solution>;
    beforeAll(async () => {
      const opened = await open();
      try {
        const problems = [...solved.map(({ problem }) => problem), ...solvedClean.map(({ clean }) => clean)];
        found = await solve(opened, problems, startsOf);
        expect(opened.fellBack?.() ?? 0).toBe(0);
      } finally {
        await opened.close();
      }
      answers.set(backend, found);
    });

    test.each(told)("$name: data without noise give the parameters back", ({ clean, entry }) => {
      const { parameters } = found.get(clean.key)!;
      entry.truth.forEach((value, i) => {
        expect(Math.abs(parameters[i]! / value - 1), entry.form.parameterNames[i]!).toBeLessThan(1e-6);
      });
    });

    test.each(solvedClean.filter(({ entry }) => entry.hasKinks))(
      "$name: data without noise are fitted without a residual",
      ({ clean }) => {
        expect(found.get(clean.key)!.objective).toBeLessThan(1e-20);
      },
    );

    test.each(withKinks)(
      "$name: disturbed data are fitted better than by the truth",
      ({ problem, entry, model }) => {
        const { parameters, objective, startAgreement } = found.get(problem.key)!;
        const truth = (p: Iterable<number>): number => objectiveOf({ model }, problem, p);
        expect(Math.abs(objective / truth(parameters) - 1)).toBeLessThan(1e-10);
        expect(objective).toBeLessThanOrEqual(truth(entry.truth));
        expect(startAgreement).toBeGreaterThan(0);
      },
    );

    test.each(smooth)("$name: disturbed data are fitted to the bottom", ({ problem, entry, model }) => {
      const { parameters, objective, gradientNorm, startAgreement } = found.get(problem.key)!;
      const truth = (p: Iterable<number>): number => objectiveOf({ model }, problem, p);
      expect(Math.abs(objective / truth(parameters) - 1)).toBeLessThan(1e-10);
      expect(objective).toBeLessThanOrEqual(truth(entry.truth));
      entry.form.parameterNames.forEach((parameter, i) => {
        const bounds = [entry.form.lower[i]!, entry.form.upper[i]!];
        if (bounds.includes(parameters[i]!)) return;
        expect(fallAlong(truth, parameters, i), parameter).toBeLessThan(1e-10);
      });
      expect(gradientNorm).toBeLessThan(1e-6);
      expect(startAgreement).toBeGreaterThan(0);
    });

    test.skipIf(backend === "native" || cxx === undefined)(
      "finds what the native or the portable backend finds",
      () => {
        const others = [answers.get("native"), backend === "portable" ? undefined : answers.get("portable")];
        for (const { name, problem, model } of smooth) {
          const a = found.get(problem.key)!;
          const b = others.map((other) => other?.get(problem.key)).find((one) => one !== undefined);
          if (b === undefined) {
            expect(backend, name).toBe("portable");
            continue;
          }
          expect(Math.abs(a.objective / b.objective - 1), name).toBeLessThan(objectiveWithin);
          if (b.flatDirection.length > 0) continue;
          problem.response.forEach((_, i) => {
            const point = problem.variables.map((values) => values[i]!);
            const ratio = model(a.parameters, point) / model(b.parameters, point);
            expect(Math.abs(ratio - 1), name).toBeLessThan(predictionWithin);
          });
        }
      },
    );
  });
}

test("the list has every built-in form", () => {
  const builtIn = new Set(rows.filter(({ entry }) => entry.builtIn).map(({ entry }) => entry.form.name));
  expect([...builtIn]).toEqual([...forms.keys()]);
});

test.each(rows.filter(({ problem }) => problem.loss.kind === "huber"))(
  "$name: the true residuals lie on both sides of delta",
  ({ problem, entry, model }) => {
    const { loss, residual, response, variables } = problem;
    const delta = loss.kind === "huber" ? loss.delta : Number.NaN;
    const beyond = response.filter((y, i) => {
      const f = model(
        entry.truth,
        variables.map((values) => values[i]!),
      );
      return Math.abs(residual === "log" ? Math.log(f / y) : f - y) > delta;
    }).length;
    expect(beyond).toBeGreaterThan(0);
    expect(beyond).toBeLessThan(response.length);
  },
);
