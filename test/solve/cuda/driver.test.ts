import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { describeDevices, queryDevices } from "../../../src/solve/cuda/devices.ts";
import { Driver } from "../../../src/solve/cuda/driver.ts";
import { CudaError } from "../../../src/solve/cuda/errors.ts";
import { loadCudaLibrary } from "../../../src/solve/cuda/library.ts";
import { processorSeconds } from "../../processor-time.ts";
import { buildStandIn, noStandIn, type StandIn, standInSource } from "./stand-in/stand-in.ts";

/** The toolkit's header, where there is a toolkit. */
const headers = [process.env.CUDA_HOME, process.env.CUDA_PATH, "/usr/local/cuda", "/opt/cuda", "/usr"]
  .filter((folder) => folder !== undefined)
  .map((folder) => join(folder, "include"))
  .find((folder) => existsSync(join(folder, "cuda.h")));

describe("without a driver", () => {
  const { LAWFIT_LIBCUDA: before } = process.env;
  afterEach(() => {
    if (before === undefined) delete process.env.LAWFIT_LIBCUDA;
    else process.env.LAWFIT_LIBCUDA = before;
  });

  test("the reason names the file that LAWFIT_LIBCUDA names", () => {
    process.env.LAWFIT_LIBCUDA = "/nowhere/libcuda.so.1";
    expect(Driver.open()).toEqual({
      reason: "no NVIDIA driver: /nowhere/libcuda.so.1 (from LAWFIT_LIBCUDA) could not be loaded",
    });
  });

  test("a library that is no driver is said to be too old", () => {
    process.env.LAWFIT_LIBCUDA = process.platform === "linux" ? "libm.so.6" : process.execPath;
    const opened = Driver.open();
    expect("reason" in opened && opened.reason).toMatch(/^(libm\.so\.6 is too old|no NVIDIA driver)/);
  });

  test("it takes milliseconds of processor time to find that out", async () => {
    process.env.LAWFIT_LIBCUDA = "/nowhere/libcuda.so.1";
    const seconds = await processorSeconds(() => {
      for (let i = 0; i < 10; ++i) Driver.open();
    });
    expect(seconds / 10).toBeLessThan(0.02);
  });
});

describe.skipIf(noStandIn !== undefined)(`the driver (${noStandIn ?? "stand-in built"})`, () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await buildStandIn();
  });
  afterAll(() => standIn.remove());
  beforeEach(() => standIn.setUp());

  const open = (settings: string): Driver => {
    standIn.setUp(settings);
    const driver = Driver.open();
    if (!(driver instanceof Driver)) throw new Error(driver.reason);
    return driver;
  };

  test.skipIf(headers === undefined)("the stand-in's calls are those of the toolkit's cuda.h", () => {
    const flags = ["-std=c++17", "-fsyntax-only", "-DSTAND_IN_CHECK_HEADER", `-I${headers}`];
    execFileSync(process.env.CXX ?? "g++", [...flags, standInSource]);
  });

  test("devices are described without a context", () => {
    const driver = open("devices=2 multiprocessors=132 memory=8589934592");
    expect(driver.versionText).toBe("12.8");
    expect(queryDevices(driver)).toMatchObject([
      { ordinal: 0, name: "Stand-in", multiprocessors: 132, capability: { major: 9, minor: 0 } },
      { ordinal: 1 },
    ]);
    expect(describeDevices(queryDevices(driver))).toBe("2 x Stand-in (132 multiprocessors, 8.0 GB, sm_90)");
    expect(standIn.calls().has("cuDevicePrimaryCtxRetain")).toBe(false);
  });

  test.each([
    [
      "no device",
      "devices=0",
      /^could not start the NVIDIA driver \(.*\): no CUDA-capable device is detected \(CUDA_ERROR_NO_DEVICE, 100\); .*CUDA_VISIBLE_DEVICES$/,
    ],
    ["a toolkit's stub", "init=34", /\(unknown error, 34\); the library is the stub of the CUDA toolkit/],
    [
      "an old driver",
      "version=10020",
      /^the NVIDIA driver is for CUDA 10\.2; lawfit needs one for CUDA 11\.0 or later$/,
    ],
  ])("%s is a reason in one line", (_, settings, reason) => {
    standIn.setUp(settings);
    const opened = Driver.open();
    expect("reason" in opened && opened.reason).toMatch(reason);
  });

  test("a failure says what was being done, what the driver said, and what to try", () => {
    const driver = open("memory=1000000");
    driver.use(driver.retainContext(0));
    let caught: unknown;
    try {
      driver.allocate(4_000_000, "allocate 4.0 MB on GPU 0");
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(CudaError);
    expect(caught).toMatchObject({
      code: 2,
      codeName: "CUDA_ERROR_OUT_OF_MEMORY",
      doing: "allocate 4.0 MB on GPU 0",
      isOutOfMemory: true,
      isKernelRefused: false,
      message:
        "could not allocate 4.0 MB on GPU 0: out of memory (CUDA_ERROR_OUT_OF_MEMORY, 2); " +
        "other programs may use the GPU's memory: nvidia-smi shows which",
    });
    driver.releaseContext(0);
  });

  test("a host array in the place of a device address is refused", () => {
    const library = loadCudaLibrary();
    if ("reason" in library) throw new Error(library.reason);
    const host = new Float64Array(8);
    expect(() => library.cuMemFree_v2(host as unknown as bigint)).toThrow(/Unexpected Float64Array value/);
    expect(() => library.cuMemcpyHtoDAsync_v2(0n, host as unknown as bigint, 64, 0n)).toThrow(
      /Unexpected Float64Array value/,
    );
  });
});
