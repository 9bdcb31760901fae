import { expect, test } from "vitest";
import { recordSolver } from "../../src/run/sweep-work.ts";

test("what a solver says is kept, its backend is a line of status, its warnings are passed on", () => {
  const lines: string[] = [];
  const { record, listeners: options } = recordSolver({
    onStatus: (line) => lines.push(line),
    onWarning: (line) => lines.push(`warning: ${line}`),
  });
  options.onBackend("cpu, two lanes", ["cuda: no driver", "native: no compiler"]);
  options.onWarning("a device is lost");
  options.onKernels({ kernels: 3, compiled: 2 });
  expect(lines).toEqual([
    "backend: cpu, two lanes; not cuda: no driver; not native: no compiler",
    "warning: a device is lost",
  ]);
  expect(record).toEqual({
    backend: "cpu, two lanes",
    warnings: ["a device is lost"],
    kernels: { kernels: 3, compiled: 2 },
  });
});
