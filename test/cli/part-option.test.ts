import { expect, test } from "vitest";
import { partOption } from "../../src/cli/options.ts";

const slurm = (id: string, min = "1", max = "8", count = "8") => ({
  SLURM_ARRAY_TASK_ID: id,
  SLURM_ARRAY_TASK_MIN: min,
  SLURM_ARRAY_TASK_MAX: max,
  SLURM_ARRAY_TASK_COUNT: count,
});

test.each<[string, NodeJS.ProcessEnv, [number, number]]>([
  ["2/8", {}, [2, 8]],
  ["2/8", slurm("5"), [2, 8]],
  ["auto", slurm("5"), [5, 8]],
  ["auto/12", slurm("5"), [5, 12]],
  ["auto/8", slurm("3", "3", "3", "1"), [3, 8]],
  ["auto/4", { JOB_COMPLETION_INDEX: "0" }, [1, 4]],
  ["auto/4", { JOB_COMPLETION_INDEX: "3" }, [4, 4]],
])("--shard %s", (text, environment, [index, count]) => {
  expect(partOption(text, environment)).toEqual({ index, count });
});

test("none is the whole, also in an array of jobs", () => {
  expect(partOption(undefined, slurm("2"))).toBeUndefined();
});

test.each<[string, NodeJS.ProcessEnv, string]>([
  ["0/8", {}, "1/n to n/n"],
  ["9/8", {}, "1/n to n/n"],
  ["2", {}, "1/n to n/n"],
  ["a/b", {}, "1/n to n/n"],
  ["auto/8", {}, "neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set"],
  ["auto", { JOB_COMPLETION_INDEX: "0" }, "the number of shards is not known here; allowed: auto/8"],
  // Submitted again in part, the array would take itself for the whole.
  ["auto", slurm("3", "3", "3", "1"), "the array goes from 3 to 3, not from 1 to 1"],
  ["auto/8", slurm("0", "0", "7"), "task 0 is outside 1 to 8"],
])("--shard %s is refused", (text, environment, message) => {
  expect(() => partOption(text, environment)).toThrow(message);
});
