import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Driver } from "../../../src/solve/cuda/driver.ts";
import { MemoryBudget, queueBytes, Workspace } from "../../../src/solve/cuda/memory.ts";
import { buildStandIn, noStandIn, type StandIn } from "./stand-in/stand-in.ts";

describe.skipIf(noStandIn !== undefined)(`a workspace (${noStandIn ?? "stand-in built"})`, () => {
  let standIn: StandIn;
  let driver: Driver;
  let workspace: Workspace;
  beforeAll(async () => {
    standIn = await buildStandIn();
  });
  afterAll(() => standIn.remove());

  beforeEach(() => setUp(""));
  afterEach(() => {
    workspace.release();
    driver.releaseContext(0);
    expect(standIn.violations()).toEqual([]);
    expect(standIn.alive()).toEqual([]);
  });

  function setUp(settings: string): void {
    standIn.setUp(settings);
    const opened = Driver.open();
    if (!(opened instanceof Driver)) throw new Error(opened.reason);
    driver = opened;
    driver.use(driver.retainContext(0));
    workspace = new Workspace(driver, "GPU 0");
  }

  test("is kept from batch to batch, and grows when one needs more", () => {
    workspace.reserve(1000, 2000);
    const first = workspace.device.queue;
    workspace.reserve(500_000, 400_000);
    workspace.reserve(8, 8);
    expect(workspace.device.queue).toBe(first);
    expect(standIn.calls().get("cuMemAlloc_v2")).toBe(1);
    workspace.reserve(3_000_000, 8);
    expect(standIn.calls().get("cuMemAlloc_v2")).toBe(2);
    expect(standIn.calls().get("cuMemFree_v2")).toBe(1);
    expect(standIn.calls().get("cuMemHostRegister_v2")).toBe(3);
  });

  test("its parts lie apart, on addresses that numbers of 8 bytes may have", () => {
    workspace.reserve(1001, 999);
    const { queue, input, output } = workspace.device;
    expect(Number(input - queue)).toBe(queueBytes);
    expect(Number(output - input)).toBe(1024);
    expect(workspace.input.at % 8).toBe(0);
    expect(Number(workspace.output.address % 65_536n)).toBe(0);
  });

  test("does without room to spare where there is none, and gives its block back before it fails", () => {
    driver.releaseContext(0);
    setUp("memory=600000");
    workspace.reserve(250_000, 250_000);
    expect(() => workspace.reserve(600_000, 600_000)).toThrow(
      "could not allocate 1.1 MB on GPU 0: out of memory",
    );
    workspace.reserve(250_000, 250_000);
  });
});

test("a budget is a share of the free memory for each slot, and falls to half of what failed", () => {
  const budget = new MemoryBudget(1_000_000, 2);
  expect(budget.bytes).toBe(320_000);
  budget.halve(100_000);
  expect(budget.bytes).toBe(50_000);
  budget.halve(400_000);
  expect(budget.bytes).toBe(25_000);
});
