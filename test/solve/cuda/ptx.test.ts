import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { getForm } from "../../../src/forms/registry.ts";
import { findNvrtc } from "../../../src/solve/cuda/nvrtc.ts";
import { describePtxSources, ptxFor } from "../../../src/solve/cuda/ptx.ts";
import type { KernelVariant } from "../../../src/solve/kernel.ts";
import { kernelSources } from "../../../src/solve/paths.ts";
import { answers } from "../../kernels/cpp.ts";
import { cxx } from "../../kernels/toolchains.ts";
import { messageOf, temporaryFolder } from "../../tables/temporary.ts";
import { wholeCrosses } from "../../whole-crosses.ts";
import { buildNvrtc } from "./stand-in/nvrtc.ts";

const { folder, file } = temporaryFolder();
const nowhere = join(folder, "nowhere");
const standIn = cxx !== undefined && process.platform === "linux";

/** A form of a test's own, so that neither the cache nor the package has it. */
function variantOf(text: string): KernelVariant {
  return {
    formSource: `${getForm("linear").kernelSource}// ${text}\n`,
    parameters: 2,
    logResidual: false,
    robust: true,
    resampling: "none",
  };
}

const h100 = { major: 9, minor: 0 };

/** An nvcc of a few lines: answers as the real one does, and writes its arguments as PTX. */
function fakeNvcc(): string {
  const path = file(
    "nvcc",
    `#!/bin/sh
case "$1" in
--version) echo "Cuda compilation tools, release 12.4, V12.4.131" ;;
--list-gpu-arch) echo compute_80; echo compute_90 ;;
*) all="$*"; while [ "$1" != -o ]; do shift; done; echo ".version 8.4
.target sm_90
// $all" >"$2" ;;
esac
`,
  );
  chmodSync(path, 0o755);
  return path;
}

let library = "";
beforeAll(() => {
  if (standIn) library = buildNvrtc(cxx!, join(folder, "toolkit"));
});

let caches = 0;
beforeEach(() => {
  vi.stubEnv("LAWFIT_CACHE", join(folder, `cache${caches++}`));
  vi.stubEnv("LAWFIT_NVRTC", nowhere);
  vi.stubEnv("NVCC", nowhere);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("by NVRTC (a stand-in)", () => {
  beforeEach(() => {
    vi.stubEnv("LAWFIT_NVRTC", library);
  });

  it.skipIf(!standIn)("gives it every header under the name that the sources use", async () => {
    const { ptx, how } = await ptxFor(variantOf("headers"), { major: 9, minor: 0 });
    expect(how).toBe(`NVRTC 12.9 (${library}), compute_90`);
    const headers = [...ptx.matchAll(/^\/\/ header (.*)$/gm)].map(([, name]) => name);
    const own = [...kernelSources().keys()].filter((name) => name.endsWith(".hpp"));
    expect(headers.sort()).toEqual([...own, "form.hpp"].sort());
  });

  it.skipIf(!standIn)("forbids contraction and names architecture, residual and loss", async () => {
    const { ptx } = await ptxFor(variantOf("options"), { major: 8, minor: 9 });
    const options = [...ptx.matchAll(/^\/\/ option (.*)$/gm)].map(([, option]) => option);
    expect(options).toEqual(
      expect.arrayContaining([
        "--std=c++17",
        "--fmad=false",
        "--gpu-architecture=compute_80", // the newest that the stand-in knows before 8.9
        "-DLF_LOG=0",
        "-DLF_ROBUST=1",
        '-DLAWFIT_FORM="form.hpp"',
      ]),
    );
  });

  it.skipIf(!standIn)(
    "compiles a kernel once, leaves whole files in the cache, and gives back what it takes",
    async () => {
      const first = await ptxFor(variantOf("once"), h100);
      const second = await ptxFor(variantOf("once"), h100);
      expect(first.isCompiled).toBe(true);
      expect(second).toEqual({ ...first, isCompiled: false }); // the stand-in numbers its compilations
      expect(first.ptx).toContain("// live programs: 1\n");
      expect((await ptxFor(variantOf("another"), h100)).ptx).toContain("// live programs: 1\n");
      const names = readdirSync(process.env.LAWFIT_CACHE!);
      expect(names).toHaveLength(2);
      for (const name of names) expect(name).toMatch(/^[0-9a-f]{32}\.ptx$/);
    },
  );

  it.skipIf(!standIn)("says the first of the compiler's messages where a form does not compile", async () => {
    const message = await messageOf(ptxFor(variantOf("\n#error as the form asks"), h100));
    expect(message).toContain("could not compile the kernel: form.hpp(1): error: as the form asks;");
  });

  it.skipIf(!standIn)("goes on with nvcc where NVRTC fails, and says that it failed", async () => {
    vi.stubEnv("NVCC", fakeNvcc());
    const { how } = await ptxFor(variantOf("\n#error as the form asks"), h100);
    expect(how).toMatch(/^nvcc 12\.4\.131 .*; NVRTC 12\.9 .* could not compile the kernel/);
  });

  it.skipIf(!standIn)("goes on where the cache cannot be written, and says so", async () => {
    vi.stubEnv("LAWFIT_CACHE", file("a-file", ""));
    vi.stubEnv("TMPDIR", file("another-file", ""));
    const warnings: string[] = [];
    const { ptx } = await ptxFor(variantOf("no cache"), h100, (line) => warnings.push(line));
    expect(ptx).toContain(".target sm_90");
    expect(warnings).toEqual([
      expect.stringMatching(
        /^no folder for compiled kernels: \S*a-file is not a folder; .*compiled again each time$/,
      ),
    ]);
  });

  it.skipIf(!standIn)("compiles anew what was cut or changed, and says so", async () => {
    const { ptx } = await ptxFor(variantOf("damaged"), h100);
    const path = join(process.env.LAWFIT_CACHE!, readdirSync(process.env.LAWFIT_CACHE!)[0]!);
    for (const harm of [
      (whole: Buffer) => whole.subarray(0, 10),
      (whole: Buffer) => whole.fill("x", 20, 21),
    ]) {
      writeFileSync(path, harm(readFileSync(path)));
      const warnings: string[] = [];
      const again = await ptxFor(variantOf("damaged"), h100, (line) => warnings.push(line));
      expect(again.isCompiled).toBe(true);
      // The stand-in numbers its compilations.
      expect(again.ptx.replace(/\d+/g, "")).toBe(ptx.replace(/\d+/g, ""));
      expect(warnings).toEqual([expect.stringContaining("has damaged kernels")]);
      expect((await ptxFor(variantOf("damaged"), h100)).isCompiled).toBe(false);
    }
  });
});

describe("by nvcc", () => {
  it.skipIf(process.platform === "win32")("takes $NVCC where there is no NVRTC", async () => {
    const nvcc = fakeNvcc();
    vi.stubEnv("NVCC", nvcc);
    const { ptx, how } = await ptxFor(variantOf("by nvcc"), { major: 12, minor: 0 });
    expect(how).toBe(`nvcc 12.4.131 (${nvcc}), compute_90`);
    expect(ptx).toMatch(/-ptx .*--fmad=false --gpu-architecture=compute_90 -DLF_LOG=0 -DLF_ROBUST=1/);
  });

  it.skipIf(process.platform === "win32").for([
    ["ends without a word", "exit 0", "it succeeded but wrote no PTX"],
    ["crashes", "kill -SEGV $$", "SIGSEGV"],
    ["does not end", "sleep 1000", "did not end within 0.5 s"],
  ])("says why one that %s makes none", async ([name, body, said]) => {
    const path = file(
      `nvcc-${name!.replaceAll(" ", "-")}`,
      `#!/bin/sh\ncase "$1" in --*) exit 0 ;; esac\n${body}\n`,
    );
    chmodSync(path, 0o755);
    vi.stubEnv("NVCC", path);
    vi.stubEnv("LAWFIT_COMPILE_LIMIT", "0.5");
    const message = await messageOf(ptxFor(variantOf("by a broken nvcc"), h100));
    expect(message).toContain(`could not compile the kernel: ${said}`);
  });

  // Beside this, `npm test` has the PTX of the real one in test/kernels/nvcc.test.ts.
  it.runIf(wholeCrosses && answers("nvcc"))(
    "makes PTX that the oldest driver for the device takes",
    async () => {
      vi.stubEnv("NVCC", "nvcc");
      const { ptx } = await ptxFor(variantOf("real nvcc"), { major: 8, minor: 0 });
      expect(ptx).toContain(".version 7.0\n.target sm_80\n");
      for (const kernel of ["lawfit_threads", "lawfit_warps", "lawfit_starts"]) {
        expect(ptx).toContain(`.visible .entry ${kernel}(`);
      }
    },
  );
});

describe("with no compiler", () => {
  it("names everything that was looked for and why it was no use, on one line", async () => {
    const message = await messageOf(ptxFor(variantOf("no compiler"), h100));
    expect(message).toMatch(
      /^UserError: no PTX for compute_90 \(NVRTC: .*; nvcc: .*; PTX of the package: none .*\)$/,
    );
    expect(message).toContain(`${nowhere} (from LAWFIT_NVRTC)`);
    expect(message).toContain(`${nowhere}: not found`);
  });

  it("says the same to the doctor", async () => {
    const rows = await describePtxSources();
    expect(rows.map(({ name }) => name)).toEqual(["NVRTC", "nvcc", "package"]);
    expect(rows.slice(0, 2).map(({ available }) => available)).toEqual([false, false]);
    expect(rows[1]!.detail).toBe(`${nowhere}: not found`);
  });
});

const { LAWFIT_NVRTC } = process.env;
const real = findNvrtc();
it.skipIf("reason" in real)("by the NVRTC of this machine", async () => {
  vi.stubEnv("LAWFIT_NVRTC", LAWFIT_NVRTC);
  const { ptx, how } = await ptxFor(variantOf("real NVRTC"), h100);
  expect(how).toMatch(/^NVRTC /);
  expect(ptx).toContain(".visible .entry lawfit_threads(");
});
