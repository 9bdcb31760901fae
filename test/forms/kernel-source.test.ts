import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { defineForm } from "../../src/forms/define-form.ts";
import { forms, getForm } from "../../src/forms/registry.ts";
import { everyFunction, quickRecord, randomPoints } from "./helpers.ts";

test("chinchilla: two exponentials, two multiplications for the gradient, two more for the second derivatives", () => {
  expect(getForm("chinchilla").kernelSource).toMatchInlineSnapshot(`
    "struct LawfitForm {
      static constexpr int parameters = 5;
      static constexpr int columns = 2;
      static constexpr int shared = 0;
      static constexpr int terms = 2;
      static constexpr int offset = 4;

      LF_INLINE static constexpr int term_level(int t) { return t == 0 ? 0 : 1; }
      LF_INLINE static constexpr int term_level_sign(int) { return 1; }
      LF_INLINE static constexpr int term_slope(int t, int p, int c) { return t == 0 && p == 2 && c == 0 ? -1 : t == 1 && p == 3 && c == 1 ? -1 : 0; }
      LF_INLINE static constexpr bool curved(int i, int j) { return (i == 0 && j == 0) || (i == 1 && j == 1) || (i == 2 && j == 0) || (i == 2 && j == 2) || (i == 3 && j == 1) || (i == 3 && j == 3); }
      LF_INLINE static constexpr int linear(int p) { return p == 0 ? 2 : p == 1 ? 2 : p == 4 ? 1 : 0; }

      template <class V> LF_INLINE static void prepare(const V*, V*) {}

      template <class V> LF_INLINE static V value(const V* p, const V*, const V* x) {
        const V t0 = lf::fma(-p[2], x[0], p[0]);
        const V t1 = lf::exp(t0);
        const V t2 = lf::fma(-p[3], x[1], p[1]);
        const V t3 = lf::exp(t2);
        const V t4 = t1 + t3;
        const V t5 = t4 + p[4];
        return t5;
      }

      template <class V> LF_INLINE static V gradient(const V* p, const V*, const V* x, V* g) {
        const V t0 = lf::fma(-p[2], x[0], p[0]);
        const V t1 = lf::exp(t0);
        const V t2 = lf::fma(-p[3], x[1], p[1]);
        const V t3 = lf::exp(t2);
        const V t4 = t1 + t3;
        const V t5 = t4 + p[4];
        const V t6 = t1 * x[0];
        const V t7 = t3 * x[1];
        g[0] = t1;
        g[1] = t3;
        g[2] = -t6;
        g[3] = -t7;
        g[4] = V(1.0);
        return t5;
      }

      template <class V> LF_INLINE static V hessian(const V* p, const V*, const V* x, V* g, V* h) {
        const V t0 = lf::fma(-p[2], x[0], p[0]);
        const V t1 = lf::exp(t0);
        const V t2 = lf::fma(-p[3], x[1], p[1]);
        const V t3 = lf::exp(t2);
        const V t4 = t1 + t3;
        const V t5 = t4 + p[4];
        const V t6 = t1 * x[0];
        const V t7 = t3 * x[1];
        const V t8 = t6 * x[0];
        const V t9 = t7 * x[1];
        g[0] = t1;
        g[1] = t3;
        g[2] = -t6;
        g[3] = -t7;
        g[4] = V(1.0);
        h[0] = t1;
        h[1] = t3;
        h[2] = -t6;
        h[3] = t8;
        h[4] = -t7;
        h[5] = t9;
        return t5;
      }
    };
    "
  `);
});

test("the text does not depend on names", () => {
  const one = quickRecord("y = exp(a - k*ln(x))*sigmoid(b)", ["a", "k", "b"], ["x"]);
  const other = {
    ...quickRecord("loss = exp(scale - slope*ln(size))*sigmoid(top)", ["scale", "slope", "top"], ["size"]),
    name: "other",
  };
  expect(defineForm(one).kernelSource).toBe(defineForm(other).kernelSource);
});

test("numbers keep all their digits and are always floating-point", () => {
  const { kernelSource } = defineForm(
    quickRecord("y = a*x + 0.1*a^2 - 1e300*cos(a*x) + 7 + 1e21*a", ["a"], ["x"]),
  );
  for (const literal of ["V(0.1)", "V(1e+300)", "V(7.0)", "V(1e+21)"])
    expect(kernelSource).toContain(literal);
});

const shim = `
#include <cmath>
#include <cstdio>
#define LF_INLINE inline
namespace lf {
using V = double;
inline V fma(V a, V b, V c) { return std::fma(a, b, c); }
inline V exp(V x) { return std::exp(x); }
inline V log(V x) { return std::log(x); }
inline V sqrt(V x) { return std::sqrt(x); }
inline V abs(V x) { return std::fabs(x); }
inline V relu(V x) { return std::fmax(x, 0); }
inline V step(V x) { return x > 0 ? 1 : 0; }
inline V min(V a, V b) { return a < b ? a : b; }
inline V max(V a, V b) { return a > b ? a : b; }
inline V sin(V x) { return std::sin(x); }
inline V cos(V x) { return std::cos(x); }
inline V atan(V x) { return std::atan(x); }
inline V tanh(V x) { return std::tanh(x); }
inline V sign(V x) { return (x > 0) - (x < 0); }
inline V softplus(V x) { return std::fmax(x, 0) + std::log1p(std::exp(-std::fabs(x))); }
inline V reciprocal(V x) { return 1 / x; }
inline V sigmoid(V x) { V e = std::exp(-std::fabs(x)); return (x >= 0 ? 1 : e) / (1 + e); }
inline V sigmoid_beside_softplus(V x) { return sigmoid(x); }
inline V log_sigmoid(V x) { return -softplus(-x); }
}
template <class Form> void show(const double* p, const double* x) {
  double s[Form::shared + 1], g[Form::parameters], again[Form::parameters];
  double h[Form::parameters * (Form::parameters + 1) / 2];
  Form::prepare(p, s);
  std::printf("%.17g %.17g", Form::value(p, s, x), Form::gradient(p, s, x, g));
  for (double each : g) std::printf(" %.17g", each);
  std::printf(" %.17g", Form::hessian(p, s, x, again, h));
  for (double each : again) std::printf(" %.17g", each);
  for (int i = 0, k = 0; i < Form::parameters; ++i)
    for (int j = 0; j <= i; ++j) std::printf(" %.17g", Form::curved(i, j) ? h[k++] : 0.0);
  std::printf("\\n");
}
`;

function hasCompiler(): boolean {
  try {
    execFileSync("g++", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!hasCompiler())("compiled by g++ (skipped where it is not installed)", () => {
  test("value, gradient and second derivatives are those of JavaScript", () => {
    const all = [...[...forms.keys()].map((name) => getForm(name)), defineForm(everyFunction)];
    const cases = all.flatMap((form, index) =>
      randomPoints(form, 20).map((point) => ({ form, index, ...point })),
    );
    const list = (values: Float64Array): string => `{${[...values].join(", ")}}`;
    const calls = cases.map(({ form, index, p, v }) => {
      const x = new Float64Array(form.columns.length);
      form.columnValues(v, x);
      return `  { double p[] = ${list(p)}, x[] = ${list(x)}; show<form${index}::LawfitForm>(p, x); }`;
    });
    const source = [
      shim,
      ...all.map((form, index) => `namespace form${index} {\n${form.kernelSource}}`),
      `int main() {\n${calls.join("\n")}\n}`,
    ].join("\n");
    const lines = compileAndRun(source).trim().split("\n");
    cases.forEach(({ form, p, v }, i) => {
      const size = form.parameterNames.length;
      const gradient = new Float64Array(size);
      const hessian = new Float64Array((size * (size + 1)) / 2);
      const value = form.hessian(p, v, gradient, hessian);
      const expected = [value, value, ...gradient, value, ...gradient, ...hessian];
      const found = lines[i]!.split(" ").map(Number);
      // What each number is a sum of can be as large as the largest of its kind.
      const scale = Math.max(...expected.map(Math.abs));
      expect(found.length).toBe(expected.length);
      found.forEach((number, j) => {
        expect(Math.abs(number - expected[j]!), `${form.name} output ${j}`).toBeLessThanOrEqual(
          1e-12 * scale,
        );
      });
      expect(new Set([found[0], found[1], found[2 + size]]).size, "one value from all three methods").toBe(1);
    });
  });
});

function compileAndRun(source: string): string {
  const folder = mkdtempSync(join(tmpdir(), "lawfit-form-"));
  try {
    writeFileSync(join(folder, "form.cpp"), source);
    const flags = ["-std=c++17", "-O0", "-Wall", "-Wextra", "-Werror", "-o", "form", "form.cpp"];
    execFileSync("g++", flags, { cwd: folder });
    return execFileSync(join(folder, "form"), { encoding: "utf8" });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
