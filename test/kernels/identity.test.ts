import { expect, test } from "vitest";
import { kernelVersion } from "../../src/run/job-state.ts";

// A run directory stores this hash of kernels/, comments included. Where it differs, `lawfit sweep` does not continue an interrupted
// run: the user has to solve it again with --fresh. So a change of the kernels is announced in CHANGELOG.md, and files of kernels/ are
// not edited for their comments alone: such edits wait for a change of what is computed.
test("the kernels are those that interrupted runs were solved with", () => {
  expect(kernelVersion()).toBe("042fd6502c487a00");
});
