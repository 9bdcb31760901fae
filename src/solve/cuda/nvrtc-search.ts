import { readdirSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";

/** A libnvrtc that can be tried. */
export interface NvrtcPlace {
  /** Path of a file, or a plain name for the system's loader. */
  library: string;
  /** Path of libnvrtc-builtins in the same folder. It is loaded first, because libnvrtc looks for it by its plain name. */
  builtins: string | undefined;
}

const windows = process.platform === "win32";
const libraryName = windows ? /^nvrtc64_\d+_\d+\.dll$/ : /^libnvrtc\.so(\.\d+)*$/;
const builtinsName = windows ? /^nvrtc-builtins64_\d+\.dll$/ : /^libnvrtc-builtins\.so(\.\d+)*$/;

/** Plain names for the system's loader; the one without a version only comes with the toolkit's development files. */
const plainNames = windows
  ? ["nvrtc64_130_0.dll", "nvrtc64_120_0.dll", "nvrtc64_112_0.dll"]
  : ["libnvrtc.so", "libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2"];

/** Folders of a toolkit that hold its libraries. */
const toolkitParts = windows
  ? ["bin", "bin/x64"]
  : ["lib64", "targets/x86_64-linux/lib", "targets/sbsa-linux/lib", "lib"];

/** Folders of NVIDIA's wheels in Python's packages: one for each library, or since CUDA 13 one for all. */
const wheelParts = ["nvidia/cuda_nvrtc", "nvidia/cu[0-9]*"].flatMap((folder) =>
  windows ? [`${folder}/bin`, `${folder}/bin/x86_64`] : [`${folder}/lib`],
);

/**
 * All libnvrtc in the usual places, in the order in which they are tried, and the places that were searched.
 *
 * Only $LAWFIT_NVRTC (a library or its folder) is searched where it is set; else the toolkits of $CUDA_HOME, $CUDA_PATH and
 * /usr/local/cuda*, $LD_LIBRARY_PATH, the wheels of the Python on the PATH, and the names that the system's loader knows. No program
 * is started.
 */
export function findNvrtcPlaces(): { places: NvrtcPlace[]; looked: string[] } {
  const { LAWFIT_NVRTC } = process.env;
  if (LAWFIT_NVRTC) {
    const folder = isFolder(LAWFIT_NVRTC);
    const place = folder
      ? placeIn(LAWFIT_NVRTC)
      : { library: LAWFIT_NVRTC, builtins: builtinsIn(dirname(LAWFIT_NVRTC)) };
    return { places: place ? [place] : [], looked: [`${LAWFIT_NVRTC} (from LAWFIT_NVRTC)`] };
  }
  const folders = [...new Set([...toolkitFolders(), ...listedFolders(), ...wheelFolders()])].filter(isFolder);
  const places = folders.map(placeIn).filter((place) => place !== undefined);
  return {
    places: [...places, ...plainNames.map((library) => ({ library, builtins: undefined }))],
    looked: [...folders, plainNames.join(", ")],
  };
}

function toolkitFolders(): string[] {
  const { CUDA_HOME, CUDA_PATH } = process.env;
  const local = windows ? [] : glob("/usr/local", ["cuda", "cuda-*"]);
  const toolkits = [CUDA_HOME, CUDA_PATH, ...local].filter((folder) => folder !== undefined && folder !== "");
  return toolkits.flatMap((toolkit) => toolkitParts.map((part) => join(toolkit!, part)));
}

function listedFolders(): string[] {
  const list = windows ? process.env.PATH : process.env.LD_LIBRARY_PATH;
  return (list ?? "").split(delimiter).filter((folder) => folder !== "");
}

/** Folders of NVIDIA's wheels: those of the active environment, of the Pythons on the PATH, and of the user.  */
function wheelFolders(): string[] {
  const { VIRTUAL_ENV, CONDA_PREFIX } = process.env;
  const prefixes = [VIRTUAL_ENV, CONDA_PREFIX, ...pythonPrefixes(), join(homedir(), ".local")].filter(
    (prefix) => prefix !== undefined && prefix !== "",
  );
  const packages = windows
    ? ["Lib/site-packages"]
    : ["lib/python3*/site-packages", "lib/python3*/dist-packages", "lib64/python3*/site-packages"];
  const wheels = prefixes.flatMap((prefix) =>
    glob(
      prefix!,
      packages.flatMap((folder) => wheelParts.map((part) => `${folder}/${part}`)),
    ),
  );
  // Conda keeps the library beside its Python.
  return [...wheels, ...(CONDA_PREFIX ? [join(CONDA_PREFIX, "lib")] : [])];
}

/** Installation folders of the Pythons on the PATH: that of the link (an environment) and that of its target. */
function pythonPrefixes(): string[] {
  const prefixes: string[] = [];
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    if (folder === "") continue;
    for (const name of windows ? ["python.exe"] : ["python3", "python"]) {
      const python = join(folder, name);
      try {
        const real = realpathSync(python);
        prefixes.push(windows ? folder : dirname(folder), windows ? dirname(real) : dirname(dirname(real)));
      } catch {
        continue;
      }
      // pyenv has scripts on the PATH; its Pythons are in another folder beside theirs.
      if (basename(folder) === "shims") prefixes.push(...glob(dirname(folder), ["versions/*"]));
    }
  }
  return [...new Set(prefixes)];
}

function placeIn(folder: string): NvrtcPlace | undefined {
  const library = newest(folder, libraryName);
  return library === undefined ? undefined : { library, builtins: builtinsIn(folder) };
}

function builtinsIn(folder: string): string | undefined {
  return newest(folder, builtinsName);
}

/** The file of the highest version with such a name. */
function newest(folder: string, name: RegExp): string | undefined {
  const names = namesIn(folder).filter((file) => name.test(file));
  names.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const last = names.at(-1);
  return last === undefined ? undefined : join(folder, last);
}

/** Folders below a folder that match a pattern; `*` and sets of characters match within one name. */
function glob(base: string, patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) => {
    let folders = [base];
    for (const part of pattern.split("/")) {
      const exact = !/[*[]/.test(part);
      const name = new RegExp(`^${part.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
      folders = folders.flatMap((folder) =>
        (exact
          ? [part]
          : namesIn(folder)
              .filter((n) => name.test(n))
              .sort()
              .reverse()
        ).map((n) => join(folder, n)),
      );
    }
    return folders.filter(isFolder);
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
