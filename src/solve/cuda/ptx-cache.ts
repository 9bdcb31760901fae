import { cachedFiles, type OnWarning, putIntoCache } from "../kernel-cache.ts";
import { NoKernelError } from "../no-kernel.ts";

/** A text of the cache of compiled kernels, or undefined where there is none. */
export async function cachedPtx(hash: string, onWarning?: OnWarning): Promise<string | undefined> {
  try {
    const [file] = await cachedFiles(`${hash}.ptx`, onWarning);
    return file?.content.toString("utf8");
  } catch (error) {
    if (error instanceof NoKernelError) return undefined;
    throw error;
  }
}

/** Puts a text into the cache. A cache that takes nothing is no reason to fail: the text is there, and compiled anew the next time. */
export async function cachePtx(hash: string, ptx: string, onWarning?: OnWarning): Promise<void> {
  try {
    await putIntoCache(`${hash}.ptx`, Buffer.from(ptx), () => {}, onWarning);
  } catch (error) {
    if (!(error instanceof NoKernelError)) throw error;
    onWarning?.(`${error.message}: the GPU's kernels are compiled anew each time`);
  }
}
