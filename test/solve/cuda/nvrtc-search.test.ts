import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { findNvrtcPlaces } from "../../../src/solve/cuda/nvrtc-search.ts";
import { temporaryFolder } from "../../tables/temporary.ts";

const { folder } = temporaryFolder();
let count = 0;

/** A new folder with these (empty) files in it. */
function folderWith(...files: string[]): string {
  const made = join(folder, `f${count++}`);
  mkdirSync(made);
  for (const file of files) {
    mkdirSync(dirname(join(made, file)), { recursive: true });
    writeFileSync(join(made, file), "");
  }
  return made;
}

/** Nothing to find but what a test sets. */
function alone(variables: Record<string, string>): void {
  const none = { LAWFIT_NVRTC: "", CUDA_HOME: "", CUDA_PATH: "", LD_LIBRARY_PATH: "", PATH: "" };
  const more = { VIRTUAL_ENV: "", CONDA_PREFIX: "", HOME: join(folder, "nobody") };
  for (const [name, value] of Object.entries({ ...none, ...more, ...variables })) vi.stubEnv(name, value);
}

/** Libraries found in the test's own folder, in their order. */
const found = (): string[] =>
  findNvrtcPlaces()
    .places.map(({ library }) => library)
    .filter((library) => library.startsWith(folder));

describe.skipIf(process.platform !== "linux")("where libnvrtc is looked for", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("takes $LAWFIT_NVRTC alone, a library or its folder, with the built-ins beside it", () => {
    const here = folderWith("libnvrtc.so.13", "libnvrtc.alt.so.13", "libnvrtc-builtins.so.13.0");
    const place = {
      library: join(here, "libnvrtc.so.13"),
      builtins: join(here, "libnvrtc-builtins.so.13.0"),
    };
    for (const value of [here, join(here, "libnvrtc.so.13")]) {
      alone({ LAWFIT_NVRTC: value, CUDA_HOME: folderWith("lib64/libnvrtc.so.12") });
      expect(findNvrtcPlaces().places).toEqual([place]);
    }
  });

  it("looks into toolkits, then $LD_LIBRARY_PATH, then the wheels of the Python on the PATH", () => {
    const toolkit = folderWith("lib64/libnvrtc.so.12", "lib64/libnvrtc.so.11.2");
    const listed = folderWith("libnvrtc.so");
    const python = folderWith(
      "bin/python3",
      "lib/python3.12/site-packages/nvidia/cuda_nvrtc/lib/libnvrtc.so.12",
      "lib/python3.12/site-packages/nvidia/cu13/lib/libnvrtc.so.13",
    );
    alone({ CUDA_HOME: toolkit, LD_LIBRARY_PATH: `/nowhere:${listed}`, PATH: join(python, "bin") });
    const wheels = join(python, "lib/python3.12/site-packages/nvidia");
    expect(found()).toEqual([
      join(toolkit, "lib64/libnvrtc.so.12"),
      join(listed, "libnvrtc.so"),
      join(wheels, "cuda_nvrtc/lib/libnvrtc.so.12"),
      join(wheels, "cu13/lib/libnvrtc.so.13"),
    ]);
  });

  it("follows an environment's python3 to where it is installed, and finds pyenv's Pythons", () => {
    const wheel = "lib/python3.11/site-packages/nvidia/cuda_nvrtc/lib/libnvrtc.so.12";
    const installed = folderWith("bin/python3.11", wheel);
    const environment = folderWith("bin/activate");
    symlinkSync(join(installed, "bin/python3.11"), join(environment, "bin/python3"));
    const pyenv = folderWith("shims/python3", `versions/3.11.9/${wheel}`);
    alone({ PATH: `${join(environment, "bin")}:${join(pyenv, "shims")}` });
    expect(found()).toEqual([join(installed, wheel), join(pyenv, "versions/3.11.9", wheel)]);
  });

  it("asks the system's loader last", () => {
    alone({});
    const { places } = findNvrtcPlaces();
    expect(places.at(-1)).toEqual({ library: "libnvrtc.so.11.2", builtins: undefined });
  });
});
