import { describe, expect, test } from "vitest";
import { Batch, halves, type Job, makeJob, requestBytes } from "../../../src/solve/cuda/batch.ts";
import type { KernelAnswer, KernelRequest } from "../../../src/solve/kernel.ts";

const parameters = 2;

/** A request of 3 points, one column, and so many starts. */
function request(count: number, changes: Partial<KernelRequest> = {}): KernelRequest {
  return {
    points: 3,
    logResidual: false,
    seed: 7,
    problemKey: 0xfedcba98,
    firstStart: 100,
    count,
    limit: 600,
    tolerance: 1e-16,
    polish: false,
    data: Float64Array.from([1, 2, 3, 10, 20, 30, 1, 1, 1]),
    scalars: new Float64Array(1 + 4 * parameters + 2).fill(0.5),
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
  test("requests come first, 72 bytes each, with 8-byte fields before the others", () => {
    const batch = new Batch(parameters, 1000);
    batch.add({
      job: jobOf(request(5, { givenStarts: Float64Array.from([1, 2]), polish: true })).job,
      from: 0,
      count: 5,
    });
    batch.add({ job: jobOf(request(4, { logResidual: true })).job, from: 1, count: 2 });
    const buffer = new ArrayBuffer(8 + batch.inputBytes);
    batch.write(buffer, 8);
    const view = new DataView(buffer, 8);
    const whole = (i: number, field: number) => view.getInt32(requestBytes * i + 40 + 4 * field, true);
    const offset = (i: number, field: number) => Number(view.getBigInt64(requestBytes * i + 8 * field, true));
    expect([0, 1].map((i) => view.getFloat64(requestBytes * i + 32, true))).toEqual([1e-16, 1e-16]);
    // points, flags, seed, problem, first start, count, limit, given
    const fields = (i: number) => Array.from({ length: 8 }, (_, field) => whole(i, field));
    expect(fields(0)).toEqual([3, 2, 7, 0xfedcba98 | 0, 100, 5, 600, 1]);
    expect(fields(1)).toEqual([3, 1, 7, 0xfedcba98 | 0, 101, 2, 600, 0]);
    expect(offset(0, 3)).toBe(0);
    expect(offset(1, 3)).toBe(5);
    const number = (i: number) => view.getFloat64(2 * requestBytes + 8 * i, true);
    expect(number(offset(0, 0) + 3)).toBe(10);
    expect(number(offset(1, 0) + 5)).toBe(30);
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
        requestBytes * (i + 1) + 8 * (data.length + scalars.length) + 4 * (i + 1) * (8 * 4 + 8),
      );
      batch.add({ job, from: 0, count: 4 });
    }
    expect(batch.inputBytes).toBe(10 * requestBytes + 8 * (data.length + scalars.length));
    expect(batch.outputBytes).toBe(40 * (8 * (2 + parameters) + 8));
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
  /** The device's answer of a batch in which the numbers of start s of the sweep are s, s + 0.5, ... */
  function answersOf(batch: Batch): ArrayBuffer {
    const buffer = new ArrayBuffer(batch.outputBytes);
    const real = new Float64Array(buffer, 0, batch.starts * (2 + parameters));
    const whole = new Int32Array(buffer, real.byteLength);
    let before = 0;
    for (const { job, from, count } of batch.pieces) {
      const at = before * (2 + parameters);
      for (let i = 0; i < count; ++i) {
        const start = job.request.firstStart + from + i;
        real[at + i] = start;
        real[at + count + i] = start + 0.5;
        for (let p = 0; p < parameters; ++p) real[at + 2 * count + i * parameters + p] = start + (p + 1) / 10;
        whole[before * 2 + i] = start;
        whole[before * 2 + count + i] = start % 5;
      }
      before += count;
    }
    return buffer;
  }

  const expected = (first: number, count: number): KernelAnswer => {
    const starts = Array.from({ length: count }, (_, i) => first + i);
    return {
      real: Float64Array.from([
        ...starts,
        ...starts.map((s) => s + 0.5),
        ...starts.flatMap((s) => [s + 0.1, s + 0.2]),
      ]),
      whole: Int32Array.from([...starts, ...starts.map((s) => s % 5)]),
    };
  };

  test("go to their requests, and stay as they are when the buffer is used again", () => {
    const first = jobOf(request(3));
    const second = jobOf(request(2, { firstStart: 900 }));
    const batch = new Batch(parameters, 0);
    batch.add({ job: first.job, from: 0, count: 3 });
    batch.add({ job: second.job, from: 0, count: 2 });
    const buffer = answersOf(batch);
    batch.read(buffer, 0);
    new Uint8Array(buffer).fill(255);
    expect(first.answer()).toEqual(expected(100, 3));
    expect(second.answer()).toEqual(expected(900, 2));
  });

  test("of a request's pieces are put together, in whatever order they come", () => {
    const { job, answer } = jobOf(request(7));
    const pieces = [
      { job, from: 4, count: 3 },
      { job, from: 0, count: 1 },
      { job, from: 1, count: 3 },
    ];
    pieces.forEach((piece, i) => {
      expect(answer()).toBeUndefined();
      const batch = new Batch(parameters, 0);
      batch.add(piece);
      batch.read(answersOf(batch), 0);
      expect(job.missing).toBe([4, 3, 0][i]);
    });
    expect(answer()).toEqual(expected(100, 7));
  });
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
      "scalars of a request has 4 numbers, not 11",
    ],
    ["half a start", { givenStarts: new Float64Array(3) }, "given starts have 3 numbers for 2 parameters"],
    ["no starts", { count: 0 }, "a request of 0 starts"],
  ])("%s", (_, changes, message) => {
    expect(() => jobOf(request(3, changes))).toThrow(message);
  });
});
