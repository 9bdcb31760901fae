import { execFile } from "node:child_process";
import { access, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageFolder } from "../solve/paths.ts";
import type { PeerInput, PeerOutput, PeerProblem } from "./exchange.ts";

const execute = promisify(execFile);

/** Where the C++ peers are and what builds them. */
interface NativeBuild {
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
async function buildNativePeers(build: NativeBuild, programs: string[]): Promise<string | undefined> {
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
async function nativeVersion(program: string): Promise<string | undefined> {
  try {
    await access(program);
    return (await execute(program, ["--version"])).stdout.trim();
  } catch {
    return undefined;
  }
}

/** One line about a command that failed: the first error it printed, or why it did not start. */
function whatFailed(error: unknown): string {
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

export type { PeerInput, PeerOutput, PeerProblem, PeerResult } from "./exchange.ts";

/** A program that the benchmark compares with, found on this machine. */
export interface PresentPeer {
  name: string;
  present: true;
  version: string;
  /** Whether it can solve the problem: some have one loss only. */
  supports(problem: PeerProblem): boolean;
  /** Reads the input file and writes the output file; or takes the input in this process. */
  how: { command: string; args: string[] } | { run(input: PeerInput): PeerOutput };
}

/** A program that the benchmark knows and this machine lacks. */
interface AbsentPeer {
  name: string;
  present: false;
  /** What is missing and how to get it, in a line. */
  reason: string;
}

type Peer = PresentPeer | AbsentPeer;

interface PeerSearch {
  /** The peers that are looked for. @default all */
  names?: readonly string[] | undefined;
  /** Python with SciPy and NumPy. @default "python3" */
  python?: string;
  /** @default "cmake" */
  cmake?: string;
  /** Folder that the C++ peers are built in. @default `.cache/bench-peers` of the project */
  buildFolder?: string;
}

const anything = (): boolean => true;
const squared = (problem: PeerProblem): boolean => problem.loss.kind === "squared";

/** A peer in Python: a script, its arguments and the library whose version counts. */
interface PythonPeer {
  name: string;
  script: string;
  args: string[];
  library: { title: string; module: string };
  supports(problem: PeerProblem): boolean;
}

const scipy = {
  script: "scipy_peer.py",
  library: { title: "SciPy", module: "scipy" },
  supports: anything,
} as const;

const pythonPeers: readonly PythonPeer[] = [
  { ...scipy, name: "scipy-lbfgsb", args: ["lbfgsb"] },
  { ...scipy, name: "scipy-leastsq", args: ["leastsq"] },
  { ...scipy, name: "scipy-trf", args: ["trf"] },
  {
    ...scipy,
    name: "scipy-curve-fit",
    args: ["curve_fit"],
    supports: (problem) => squared(problem) && problem.residual === "plain",
  },
  {
    name: "numpy-varpro",
    script: "numpy_varpro.py",
    args: [],
    library: { title: "NumPy", module: "numpy" },
    supports: anything,
  },
];

/** The C++ peers, by executable; `needs` is said when it could not be built. */
const nativePeers = [
  { name: "ceres", program: "ceres_peer", args: [], needs: "libceres-dev", supports: anything },
  // With the squared loss `ceres` is one block already.
  {
    name: "ceres-block",
    program: "ceres_peer",
    args: ["--block"],
    needs: "libceres-dev",
    supports: (problem: PeerProblem) => !squared(problem),
  },
  { name: "cminpack", program: "cminpack_peer", args: [], needs: "libcminpack-dev", supports: anything },
];

const javaScriptPeer = "ml-levenberg-marquardt";

/** Names of all peers that the benchmark knows. */
export const peerNames: readonly string[] = [
  ...[...pythonPeers, ...nativePeers].map(({ name }) => name),
  javaScriptPeer,
];

/**
 * The peers that are looked for: those of this machine ready to run, the others with the reason why not.
 * C++ peers that are not built are built where CMake and the libraries are installed (some ten seconds, once).
 */
export async function availablePeers(search: PeerSearch = {}): Promise<Peer[]> {
  const { names = peerNames, python = "python3" } = search;
  const isWanted = ({ name }: { name: string }): boolean => names.includes(name);
  const sourceFolder = join(packageFolder, "bench", "peers");
  const build = {
    sourceFolder,
    buildFolder: search.buildFolder ?? join(packageFolder, ".cache", "bench-peers"),
    cmake: search.cmake ?? "cmake",
  };
  const ofPython = pythonPeers.filter(isWanted);
  const libraries = new Map(ofPython.map(({ library: { module } }) => [module, versionOf(python, module)]));
  const groups = await Promise.all([
    Promise.all(
      ofPython.map((peer) => findPython(python, sourceFolder, peer, libraries.get(peer.library.module)!)),
    ),
    findNative(build, nativePeers.filter(isWanted)),
    names.includes(javaScriptPeer) ? findJavaScript() : [],
  ]);
  return groups.flat();
}

/**
 * Solves the problems with one peer, one thread, and returns what it found.
 *
 * @throws RangeError for a problem that the peer does not support
 * @throws Error where the program fails, with what it printed
 */
export async function runPeer(peer: PresentPeer, input: PeerInput): Promise<PeerOutput> {
  const unsupported = input.problems.find((problem) => !peer.supports(problem));
  if (unsupported) {
    throw new RangeError(`${peer.name} cannot solve ${unsupported.name}: ${unsupported.loss.kind} loss`);
  }
  if ("run" in peer.how) return peer.how.run(input);
  const folder = await mkdtemp(join(tmpdir(), "lawfit-peer-"));
  try {
    const inputPath = join(folder, "input.json");
    const outputPath = join(folder, "output.json");
    await writeFile(inputPath, JSON.stringify(input));
    await execute(peer.how.command, [...peer.how.args, inputPath, outputPath]);
    return JSON.parse(await readFile(outputPath, "utf8")) as PeerOutput;
  } catch (error) {
    throw new Error(`${peer.name} failed: ${whatFailed(error)}`, { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The version of a library of Python's, or why there is none. */
async function versionOf(python: string, module: string): Promise<{ version: string } | { failure: string }> {
  try {
    const { stdout } = await execute(python, ["-c", `import ${module}; print(${module}.__version__)`]);
    return { version: stdout.trim() };
  } catch (error) {
    return { failure: whatFailed(error) };
  }
}

async function findPython(
  python: string,
  folder: string,
  { name, script, args, library, supports }: PythonPeer,
  found: ReturnType<typeof versionOf>,
): Promise<Peer> {
  const result = await found;
  if ("failure" in result) {
    return { name, present: false, reason: `${python} with ${library.title} is needed: ${result.failure}` };
  }
  const how = { command: python, args: [join(folder, script), ...args] };
  return { name, present: true, version: result.version, supports, how };
}

async function findNative(build: NativeBuild, peers: typeof nativePeers): Promise<Peer[]> {
  if (peers.length === 0) return [];
  const programs = [...new Set(peers.map(({ program }) => program))];
  const failure = await buildNativePeers(build, programs);
  return Promise.all(
    peers.map(async ({ name, program, args, needs, supports }): Promise<Peer> => {
      const command = join(build.buildFolder, program);
      const version = await nativeVersion(command);
      if (version !== undefined) return { name, present: true, version, supports, how: { command, args } };
      const why = failure ?? "CMake did not find the library";
      return { name, present: false, reason: `not built: ${why}; needs ${needs} and nlohmann-json3-dev` };
    }),
  );
}

async function findJavaScript(): Promise<Peer[]> {
  const name = javaScriptPeer;
  try {
    const module = await import("./ml-levenberg-marquardt.ts");
    return [
      {
        name,
        present: true,
        version: module.mlLevenbergMarquardtVersion(),
        supports: squared,
        how: { run: module.runMlLevenbergMarquardt },
      },
    ];
  } catch {
    return [{ name, present: false, reason: `the npm package is not installed: npm install ${name}` }];
  }
}
