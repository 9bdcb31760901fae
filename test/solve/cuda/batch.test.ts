import { describe, expect, test } from "vitest";
import { Batch, cut, halves, type Job, makeJob, requestBytes } from "../../../src/solve/cuda/batch.ts";
import { type KernelAnswer, type KernelRequest, lossNumbers, noCell } from "../../../src/solve/kernel.ts";

const parameters = 2;

/** A request of 3 points, one column, and so many starts of the data as they are, each of them wanted. */
function request(count: number, changes: Partial<KernelRequest> = {}): KernelRequest {
  return {
    points: 3,
    logResidual: false,
    seed: 7,
    problemKey: 0xfedcba98,
    firstStart: 100,
    firstResample: 0,
    count,
    starts: count,
    each: true,
    limit: 600,
    tolerance: 1e-16,
    polish: false,
    data: Float64Array.from([1, 2, 3, 10, 20, 30, 1, 1, 1]),
    scalars: new Float64Array(lossNumbers + 4 * parameters + 2).fill(0.5),
    givenStarts: new Float64Array(0),
    ...changes,
  };
}

/** A job, and the answer when it is there. */
function jobOf(wanted: KernelRequest): { job: Job; answer: () => KernelAnswer | undefined } {
  let answer: KernelAnswer | undefined;
  const job = makeJob(
    wanted,
    parameters,
    (given) => {
      answer = given;
    },
    () => {},
  );
  return { job, answer: () => answer };
}

describe("the layout of a batch", () => {
  test("requests come first, 112 bytes each, with 8-byte fields before the others", () => {
    const population = { key: 0x89abcdef, scheme: 0, drawn: 3, moves: false, numbers: 3 };
    const resampled = request(40, {
      logResidual: true,
      each: false,
      starts: 4,
      firstResample: 50,
      population,
      data: Float64Array.from([1, 2, 3, 10, 20, 30, 1, 1, 1, 0, 1, 2]),
      scalars: Float64Array.from([...new Array(14).fill(0.5), 2, 1, 2]),
    });
    const batch = new Batch(parameters, 1000);
    batch.add({
      job: jobOf(request(5, { givenStarts: Float64Array.from([1, 2]), polish: true })).job,
      from: 0,
      count: 5,
    });
    batch.add({ job: jobOf(request(4, { logResidual: true, structured: 6 })).job, from: 1, count: 2 });
    batch.add({ job: jobOf(resampled).job, from: 8, count: 12 });
    const buffer = new ArrayBuffer(8 + batch.inputBytes);
    batch.write(buffer, 8);
    const view = new DataView(buffer, 8);
    const whole = (i: number, field: number) => view.getInt32(requestBytes * i + 56 + 4 * field, true);
    const offset = (i: number, field: number) => Number(view.getBigInt64(requestBytes * i + 8 * field, true));
    expect([0, 1].map((i) => view.getFloat64(requestBytes * i + 48, true))).toEqual([1e-16, 1e-16]);
    // points, flags, seed, problem, first start, first resample, count, starts, limit, given, population, drawn, structured, unused
    const fields = (i: number) => Array.from({ length: 14 }, (_, field) => whole(i, field));
    expect(fields(0)).toEqual([3, 2 + 4, 7, 0xfedcba98 | 0, 100, 0, 5, 5, 600, 1, 0, 0, 0, 0]);
    expect(fields(1)).toEqual([3, 1 + 4, 7, 0xfedcba98 | 0, 101, 0, 2, 2, 600, 0, 0, 0, 6, 0]);
    expect(fields(2)).toEqual([3, 1 + 8, 7, 0xfedcba98 | 0, 100, 52, 12, 4, 600, 0, 0x89abcdef | 0, 3, 0, 0]);
    // Places of the answers: of 5 fits with a row each, of 2, of 12 with 3 rows.
    expect([0, 1, 2].map((i) => offset(i, 3))).toEqual([0, 5 * 5, 7 * 5]);
    expect([0, 1, 2].map((i) => offset(i, 4))).toEqual([0, 5 * 4, 7 * 4]);
    expect([0, 1, 2].map((i) => offset(i, 5))).toEqual([0, 5, 7]);
    expect(batch.outputBytes).toBe(8 * (7 * 5 + 12 + 3 * 4) + 4 * 4 * (7 + 3));
    expect(batch.drawn).toBe(3);
    const number = (i: number) => view.getFloat64(3 * requestBytes + 8 * i, true);
    expect(number(offset(0, 0) + 3)).toBe(10);
    expect(number(offset(1, 0) + 5)).toBe(30);
    expect(number(offset(2, 0) + 11)).toBe(2);
    expect(number(offset(0, 1))).toBe(0.5);
    expect(number(offset(0, 2) + 1)).toBe(2);
  });

  test("requests that share an array share its copy", () => {
    const data = request(1).data;
    const scalars = request(1).scalars;
    const batch = new Batch(parameters, 1000);
    for (let i = 0; i < 10; ++i) {
      const { job } = jobOf(request(4, { data, scalars }));
      expect(batch.bytesWith(job, 4)).toBe(
        // Of a fit: 5 numbers and 4 whole ones from the device, and as long as it is there 2 and 2.
        requestBytes * (i + 1) + 8 * (data.length + scalars.length) + 4 * (i + 1) * (8 * 5 + 4 * 4 + 8 * 4),
      );
      batch.add({ job, from: 0, count: 4 });
    }
    expect(batch.inputBytes).toBe(10 * requestBytes + 8 * (data.length + scalars.length));
    expect(batch.outputBytes).toBe(40 * (8 * (3 + parameters) + 16));
  });

  test("shared memory is for the largest problem that fits it", () => {
    const batch = new Batch(parameters, 12);
    batch.add({ job: jobOf(request(1)).job, from: 0, count: 1 });
    expect(batch.sharedNumbers).toBe(9);
    const points = 5;
    const data = new Float64Array(3 * points);
    batch.add({ job: jobOf(request(1, { points, data })).job, from: 0, count: 1 });
    expect(batch.sharedNumbers).toBe(9);
  });
});

describe("answers", () => {
  const objective = (start: number): number => Math.abs(start - 104);

  /** The best of some starts as the device gives it, where the objective of start s is its distance from 104, and start 102 is a cell's. */
  function rowOf(starts: readonly number[]): Omit<KernelAnswer, "objective"> {
    const best = starts.reduce((a, b) => (objective(b) < objective(a) ? b : a));
    return {
      gradientNorm: Float64Array.of(best + 0.5),
      parameters: Float64Array.of(best + 0.1, best + 0.2),
      iterations: Int32Array.of(best),
      termination: Int32Array.of(best % 5),
      best: Int32Array.of(starts.indexOf(best)),
      allIterations: Int32Array.of(starts.reduce((sum, start) => sum + start, 0)),
      lowestCell: Float64Array.of(starts.includes(102) ? 3.5 : noCell),
    };
  }

  function join(starts: readonly number[], rows: readonly Omit<KernelAnswer, "objective">[]): KernelAnswer {
    const real = (name: "gradientNorm" | "parameters" | "lowestCell") =>
      Float64Array.from(rows.flatMap((row) => [...row[name]]));
    const whole = (name: "iterations" | "termination" | "best" | "allIterations") =>
      Int32Array.from(rows.flatMap((row) => [...row[name]]));
    return {
      objective: Float64Array.from(starts, objective),
      gradientNorm: real("gradientNorm"),
      parameters: real("parameters"),
      iterations: whole("iterations"),
      termination: whole("termination"),
      best: whole("best"),
      allIterations: whole("allIterations"),
      lowestCell: real("lowestCell"),
    };
  }

  /** Answer to starts from..from+count-1 of a request; each resample has the same ones. */
  function answerOf(
    { firstStart, starts: all, each }: KernelRequest,
    from: number,
    count: number,
  ): KernelAnswer {
    const starts = Array.from({ length: count }, (_, i) => firstStart + ((from + i) % all));
    const size = each ? 1 : Math.min(all, count);
    const rows = Array.from({ length: count / size }, (_, r) =>
      rowOf(starts.slice(r * size, (r + 1) * size)),
    );
    return join(starts, rows);
  }

  /** The device's answers of a batch, laid out as the kernels do. */
  function answersOf(batch: Batch): ArrayBuffer {
    const buffer = new ArrayBuffer(batch.outputBytes);
    const reals: number[] = [];
    const wholes: number[] = [];
    for (const { job, from, count } of batch.pieces) {
      const found = answerOf(job.request, from, count);
      reals.push(...found.objective, ...found.gradientNorm, ...found.parameters, ...found.lowestCell);
      wholes.push(...found.iterations, ...found.termination, ...found.best, ...found.allIterations);
    }
    new Float64Array(buffer, 0, reals.length).set(reals);
    new Int32Array(buffer, batch.wholesAt, wholes.length).set(wholes);
    return buffer;
  }

  function answer(pieces: readonly { job: Job; from: number; count: number }[]): void {
    const batch = new Batch(parameters, 0);
    for (const piece of pieces) batch.add(piece);
    const buffer = answersOf(batch);
    batch.read(buffer, 0);
    new Uint8Array(buffer).fill(255);
  }

  test("go to their requests, and stay as they are when the buffer is used again", () => {
    const first = jobOf(request(3));
    const second = jobOf(request(2, { firstStart: 900, each: false }));
    answer([
      { job: first.job, from: 0, count: 3 },
      { job: second.job, from: 0, count: 2 },
    ]);
    expect(first.answer()).toEqual(answerOf(first.job.request, 0, 3));
    expect(second.answer()).toEqual(answerOf(second.job.request, 0, 2));
  });

  test.each([
    ["every start of the data", { each: true }],
    ["the best start of the data", { each: false }],
    ["the best starts of four resamples of three", { each: false, starts: 3, firstResample: 9 }],
    ["every start of resamples", { each: true, starts: 3 }],
  ])("of a request's pieces are put together, in whatever order they come: %s", (_, changes) => {
    const { job, answer: found } = jobOf(request(12, changes));
    const pieces = [
      { job, from: 9, count: 3 },
      { job, from: 2, count: 1 },
      { job, from: 0, count: 2 },
      { job, from: 3, count: 6 },
    ];
    for (const piece of pieces) {
      expect(found()).toBeUndefined();
      answer([piece]);
    }
    expect(found()).toEqual(answerOf(job.request, 0, 12));
  });

  test("of equal starts the first is the best, whichever piece comes first", () => {
    // Starts 103 and 105 are equally far from 104.
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const { job, answer: found } = jobOf(request(2, { each: false, firstStart: 103 }));
      const starts = [103, 105];
      for (const from of order) {
        const batch = new Batch(parameters, 0);
        batch.add({ job, from, count: 1 });
        const buffer = new ArrayBuffer(batch.outputBytes);
        new Float64Array(buffer, 0, 1)[0] = objective(starts[from]!);
        batch.read(buffer, 0);
      }
      expect(found()?.best).toEqual(Int32Array.of(0));
    }
  });
});

test("a piece is cut between resamples, or within one", () => {
  const { job } = jobOf(request(12, { starts: 4, each: false }));
  const counts = (from: number, count: number, most: number) => cut({ job, from, count }, most);
  expect(counts(0, 12, 100)).toBe(12);
  expect(counts(0, 12, 11)).toBe(8);
  expect(counts(0, 12, 3)).toBe(3);
  expect(counts(3, 9, 100)).toBe(1);
  expect(counts(8, 4, 5)).toBe(4);
});

test("halves of a batch hold the same starts, cut within a piece where need be", () => {
  const { job } = jobOf(request(10));
  const other = jobOf(request(1)).job;
  expect(
    halves([
      { job: other, from: 0, count: 1 },
      { job, from: 2, count: 8 },
    ]),
  ).toEqual([
    [
      { job: other, from: 0, count: 1 },
      { job, from: 2, count: 4 },
    ],
    [{ job, from: 6, count: 4 }],
  ]);
  expect(halves([{ job, from: 0, count: 1 }])).toBeUndefined();
});

describe("arrays that are not what the kernels read are refused", () => {
  test.each([
    [
      "float32 data",
      { data: new Float32Array(9) as unknown as Float64Array },
      "data of a request is a Float32Array; it must be a Float64Array",
    ],
    [
      "a list of numbers",
      { givenStarts: [1, 2] as unknown as Float64Array },
      "givenStarts of a request is a Array; it must be a Float64Array",
    ],
    ["data of other points", { points: 2 }, "data of a request has 9 numbers for 2 points"],
    [
      "scalars of another form",
      { scalars: new Float64Array(4) },
      "scalars of a request has 4 numbers, not 14",
    ],
    ["half a start", { givenStarts: new Float64Array(3) }, "given starts have 3 numbers for 2 parameters"],
    ["no starts", { count: 0 }, "a request of 0 starts"],
    ["half a resample", { starts: 2 }, "a request of 3 fits with 2 starts a resample"],
    [
      "no numbers to draw by",
      { population: { key: 1, scheme: 0, drawn: 1, moves: false, numbers: 1 }, data: new Float64Array(12) },
      "scalars of a request has 14 numbers, not 15",
    ],
  ])("%s", (_, changes, message) => {
    expect(() => jobOf(request(3, changes))).toThrow(message);
  });
});
