import { expect, it } from "vitest";
import { chooseArchitecture } from "../../../src/solve/cuda/ptx-compiler.ts";

const known = ["compute_75", "compute_80", "compute_90", "compute_100", "compute_120"];

it.each([
  [9, 0, "compute_90"],
  [8, 9, "compute_80"], // the newest before it
  [10, 3, "compute_100"],
  [12, 1, "compute_120"],
])(
  "compiles for the device, or for the newest that the compiler knows before it: %d.%d",
  (major, minor, architecture) => {
    expect(chooseArchitecture(known, { major, minor })).toEqual({ architecture });
  },
);

it("asks for the device's own where the compiler does not say what it knows", () => {
  expect(chooseArchitecture([], { major: 10, minor: 3 })).toEqual({ architecture: "compute_103" });
});

it("says so where the device is older than all that the compiler knows", () => {
  expect(chooseArchitecture(known, { major: 7, minor: 0 })).toEqual({
    reason: "it compiles for compute_75 and later; the device is compute_70",
  });
});
