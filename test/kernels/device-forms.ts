import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Form } from "../../src/forms/form.ts";
import { kernelsFolder } from "../../src/solve/paths.ts";
import { nvcc } from "./nvcc.ts";

/** A kernel of a GPU that calls all that a form gives the solver and training (kernels/form.md), and nothing of these. */
function kernelOf({ kernelSource, trainingSource }: Form, name: string): string {
  return `namespace of_${name} {
using namespace lf;
namespace solved { ${kernelSource} }
namespace trained { ${trainingSource} }
}
extern "C" __global__ void ${name}(const double* in, double* out) {
  using Form = of_${name}::solved::LawfitForm;
  using Trained = of_${name}::trained::LawfitForm;
  constexpr int P = Form::parameters, S = Form::shared > Trained::shared ? Form::shared : Trained::shared;
  lf::Lanes p[P], x[Form::columns], s[S > 0 ? S : 1], g[P], h[P * (P + 1) / 2];
  for (int i = 0; i < P; ++i) p[i] = lf::Lanes(in[i]);
  for (int i = 0; i < Form::columns; ++i) x[i] = lf::Lanes(in[P + i]);
  Form::prepare(p, s);
  lf::Lanes sum = Form::value(p, s, x) + Form::gradient(p, s, x, g);
  for (int i = 0; i < P; ++i) sum = sum + g[i];
  sum = sum + Form::hessian(p, s, x, g, h);
  for (int i = 0; i < P * (P + 1) / 2; ++i) sum = sum + h[i];
  Trained::prepare(p, s);
  Trained::descend(p, s, x, SameSlope{}, g);
  for (int i = 0; i < P; ++i) sum = sum + g[i];
  out[0] = sum.v;
}
`;
}

/** The names of the kernels in the PTX that nvcc makes of forms alone, one kernel each, in one compilation. */
export async function compiledAlone(forms: readonly Form[]): Promise<string[]> {
  const work = mkdtempSync(join(tmpdir(), "lawfit-test-"));
  const [source, made] = [join(work, "forms.cu"), join(work, "forms.ptx")];
  const slope =
    "struct SameSlope { LF_INLINE lf::Lanes operator()(lf::Lanes value) const { return value; } };\n";
  const kernels = forms.map((form) => kernelOf(form, nameInPtx(form.name)));
  try {
    writeFileSync(source, `#include "math.hpp"\n${slope}${kernels.join("")}`);
    const options = ["-ptx", "--std=c++17", "--fmad=false", "--gpu-architecture=compute_80"];
    await promisify(execFile)(nvcc, [
      ...options,
      "--expt-relaxed-constexpr",
      `-I${kernelsFolder}`,
      "-o",
      made,
      source,
    ]);
    return entriesOf(readFileSync(made, "utf8"));
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** A form's name as a word of C++. */
export function nameInPtx(form: string): string {
  return form.replaceAll(/\W/g, "_");
}

/** The entry points of PTX. */
export function entriesOf(ptx: string): string[] {
  return Array.from(ptx.matchAll(/^\.visible \.entry (\w+)\(/gm), ([, kernel = ""]) => kernel).sort();
}
