import { afterEach, expect, test, vi } from "vitest";
import { failWith } from "../../src/cli/output.ts";
import { UserError } from "../../src/errors.ts";

const write = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
const before = process.exitCode;

afterEach(() => {
  process.exitCode = before;
  write.mockClear();
  vi.unstubAllEnvs();
});

const printed = () => write.mock.calls.map(([text]) => text).join("");

test("the user's mistake is one line and code 2", () => {
  failWith(new UserError("a\nb"));
  expect(printed()).toBe("lawfit: a; b\n");
  expect(process.exitCode).toBe(2);
});

test("ours is one line with a hint and code 1", () => {
  failWith(new RangeError("oops"));
  expect(printed()).toBe("lawfit: oops (an error of lawfit itself; LAWFIT_DEBUG=1 shows where)\n");
  expect(process.exitCode).toBe(1);
});

test("LAWFIT_DEBUG shows the stack", () => {
  vi.stubEnv("LAWFIT_DEBUG", "1");
  failWith(new RangeError("oops"));
  expect(printed()).toContain("fail.test.ts");
});
