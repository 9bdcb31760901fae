import { expect, it } from "vitest";
import { ptxForOlderDrivers } from "../../../src/solve/cuda/ptx-compiler.ts";

const ptx = (version: string, target: string): string =>
  `//\n.version ${version}\n.target ${target}\n.address_size 64\n\t.pragma "nounroll";\n\t.pragma "used_bytes_mask 15";\n\tret;\n`;

it("labels PTX with the oldest language that has its architecture, without the newer language's hints", () => {
  const older = ptxForOlderDrivers(ptx("9.0", "sm_80"));
  expect(older).toContain(".version 7.0\n.target sm_80\n");
  expect(older).not.toContain("used_bytes_mask");
  expect(older).toContain('.pragma "nounroll";');
  expect(ptxForOlderDrivers(ptx("9.0", "sm_90"))).toContain(".version 7.8\n");
});

it("leaves PTX alone that is old already, or for an architecture of the newest languages alone", () => {
  for (const text of [ptx("7.0", "sm_80"), ptx("6.8", "sm_80"), ptx("9.0", "sm_120"), "no PTX at all"]) {
    expect(ptxForOlderDrivers(text)).toBe(text);
  }
});
