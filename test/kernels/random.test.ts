import { describe, expect, test } from "vitest";
import { runCpp } from "./cpp.ts";
import { cxx } from "./toolchains.ts";

/** Blocks of Philox 4x32-10 for (counter, key) pairs. */
function philox(...inputs: { counter: number[]; key: number[] }[]): string[] {
  const words = Uint32Array.from(inputs.flatMap(({ counter, key }) => [...counter, ...key]));
  const bytes = runCpp("random.cpp", { compiler: cxx!, flags: [] }, new Uint8Array(words.buffer));
  const out = new Uint32Array(bytes.buffer);
  const hex = (word: number): string => word.toString(16).padStart(8, "0");
  return inputs.map((_, i) => Array.from(out.subarray(4 * i, 4 * i + 4), hex).join(" "));
}

describe.skipIf(cxx === undefined)("random numbers (skipped without a C++ compiler)", () => {
  test("Philox gives the known answers published with Random123", () => {
    const ones = 0xffffffff;
    expect(
      philox(
        { counter: [0, 0, 0, 0], key: [0, 0] },
        { counter: [ones, ones, ones, ones], key: [ones, ones] },
        { counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], key: [0xa4093822, 0x299f31d0] },
      ),
    ).toEqual([
      "6627e8d5 e169c58d bc57ac4c 9b00dbd8",
      "408f276d 41c83b0e a20bc7c6 6d5451fd",
      "d16cfe09 94fdcceb 5001e420 24126ea1",
    ]);
  });
});
