import { execFile } from "node:child_process";
import { access, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Where the C++ peers are and what builds them. */
export interface NativeBuild {
  /** Folder of the sources and their CMakeLists.txt. */
  sourceFolder: string;
  /** Folder that CMake builds in; made when needed. */
  buildFolder: string;
  cmake: string;
}

const sources = ["CMakeLists.txt", "exchange.hpp", "ceres_peer.cpp", "cminpack_peer.cpp"];

/**
 * Builds the C++ peers where one of them is absent or older than its sources. Without CMake, or where a
 * library is not installed, some or all stay absent.
 *
 * @param programs names of the executables
 * @returns what went wrong, in a line; undefined where nothing did. A library that is not found is not an error.
 */
export async function buildNativePeers(build: NativeBuild, programs: string[]): Promise<string | undefined> {
  if (await upToDate(build, programs)) return undefined;
  try {
    await execute(build.cmake, ["-S", build.sourceFolder, "-B", build.buildFolder]);
    await execute(build.cmake, ["--build", build.buildFolder]);
    return undefined;
  } catch (error) {
    return whatFailed(error);
  }
}

/** The version that the program prints, which proves that it runs here; undefined where it is absent or does not run. */
export async function nativeVersion(program: string): Promise<string | undefined> {
  try {
    await access(program);
    return (await execute(program, ["--version"])).stdout.trim();
  } catch {
    return undefined;
  }
}

/** One line about a command that failed: the first error it printed, or why it did not start. */
export function whatFailed(error: unknown): string {
  const { code, stderr, message, path } = error as NodeJS.ErrnoException & { stderr?: string };
  if (code === "ENOENT") return `${path ?? "the program"} was not found`;
  const lines = (stderr ?? "").split("\n").filter((line) => line.trim() !== "");
  return (lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? message).trim();
}

async function upToDate(build: NativeBuild, programs: string[]): Promise<boolean> {
  try {
    const built = await Promise.all(programs.map((name) => stat(join(build.buildFolder, name))));
    const written = await Promise.all(sources.map((name) => stat(join(build.sourceFolder, name))));
    return Math.min(...built.map((file) => file.mtimeMs)) > Math.max(...written.map((file) => file.mtimeMs));
  } catch {
    return false;
  }
}
