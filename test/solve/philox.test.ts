import { expect, test } from "vitest";
import { drawnMember, philox } from "../../src/solve/philox.ts";

test("the known answers published with Random123", () => {
  const ones = 0xffffffff;
  const answer = (counter: [number, number, number, number], key: [number, number]): string => {
    const out = new Uint32Array(4);
    philox(key[0], key[1], counter, out);
    return Array.from(out, (word) => word.toString(16).padStart(8, "0")).join(" ");
  };
  expect(answer([0, 0, 0, 0], [0, 0])).toBe("6627e8d5 e169c58d bc57ac4c 9b00dbd8");
  expect(answer([ones, ones, ones, ones], [ones, ones])).toBe("408f276d 41c83b0e a20bc7c6 6d5451fd");
  expect(answer([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toBe(
    "d16cfe09 94fdcceb 5001e420 24126ea1",
  );
});

test("a word draws each member with the same chance", () => {
  expect([0, 0x55555555, 0x55555556, 0xffffffff].map((word) => drawnMember(word, 3))).toEqual([0, 0, 1, 2]);
});
