import type { Form } from "../forms/form.ts";
import type { BackendName, KernelCounts } from "./problem.ts";

/** What a request's resamples are drawn from. */
export interface Population {
  /** 32 bits that name it: the key of its draws, beside the seed. */
  key: number;
  /** Number of the scheme that they are drawn by (kernels/resample.hpp). */
  scheme: number;
  /** Numbers that a resample is. */
  drawn: number;
  /** Whether a resample moves the responses; else it weighs the points anew. */
  moves: boolean;
  /** Numbers behind the scalars that the scheme needs. */
  numbers: number;
}

/** Some fits of one problem, as the kernels take them: plain numbers, laid out as in kernels/request.hpp. */
export interface KernelRequest {
  points: number;
  logResidual: boolean;
  /** Key of the random numbers: the sweep's seed, and 32 bits that name the problem. */
  seed: number;
  problemKey: number;
  firstStart: number;
  /** Number of the first resample; 0 for the data as they are. */
  firstResample: number;
  /** Fits: `starts` of each resample, those of a resample side by side. */
  count: number;
  /** Starts of each resample; divides `count`. */
  starts: number;
  /** Whether every fit is wanted, not only the best of each resample. */
  each: boolean;
  /** Limit of iterations a start. */
  limit: number;
  /** A start ends when its squared scaled gradient, relative to the objective, is at most this. */
  tolerance: number;
  /** Whether the given starts are solutions, to be made exact. */
  polish: boolean;
  /** Whether fits are trained, for `limit` steps each. @default false */
  training?: boolean | undefined;
  /** columns x points, then responses, then weights, then, with a population, a row or two of its numbers. */
  data: Float64Array;
  /**
   * delta, then lower, upper, start low, start high (a parameter each), then centre and half range (a column each), then,
   * of a training, learning rate and weight decay, then, with a population, what its scheme needs.
   */
  scalars: Float64Array;
  /** Starts that come before the random ones, row-major. */
  givenStarts: Float64Array;
  /** What the resamples are drawn from; without, the data are taken as they are. */
  population?: Population | undefined;
}

/** Which random starts are wanted. */
export type StartsRequest = Pick<KernelRequest, "seed" | "problemKey" | "firstStart" | "count">;

/** Macro of the kernels that train (LF_TRAINING). */
export const trainingMacro = "-DLF_TRAINING=1";

/** Least squares of forms of more parameters than this is compiled with loops that stay loops (LF_ROLLED). */
const mostUnrolled = 16;

/** Macro of the kernels of forms of many parameters; training is straight-line code all the same. */
export function sizeMacros({
  parameters,
  training,
}: Pick<KernelVariant, "parameters" | "training">): string[] {
  return parameters > mostUnrolled && !training ? ["-DLF_ROLLED"] : [];
}

/** What a library is compiled for, as its macros say it (LF_LOG, LF_ROBUST, LF_RESAMPLING of the kernels). */
export function variantMacros({ logResidual, robust, resampling, training }: KernelVariant): string[] {
  const resamplings = ["none", "reweighted", "moved"] as const;
  return [
    `-DLF_LOG=${Number(logResidual)}`,
    `-DLF_ROBUST=${Number(robust)}`,
    `-DLF_RESAMPLING=${resamplings.indexOf(resampling)}`,
    ...(training ? [trainingMacro] : []),
  ];
}

/** Bits of a request's flags (kernels/request.hpp). */
export function requestFlags({ logResidual, polish, each, population }: KernelRequest): number {
  const resampled = population ? 8 + 16 * population.scheme : 0;
  return (logResidual ? 1 : 0) + (polish ? 2 : 0) + (each ? 4 : 0) + resampled;
}

/** The plain numbers of a request, as lawfit_solve of a processor's kernel takes them. */
export function requestNumbers(request: KernelRequest, parameters: number): number[] {
  const { population } = request;
  return [
    request.points,
    requestFlags(request),
    request.seed,
    request.problemKey,
    request.firstStart,
    request.firstResample,
    request.count,
    request.starts,
    request.limit,
    request.givenStarts.length / parameters,
    population?.key ?? 0,
    population?.drawn ?? 0,
    request.tolerance,
  ];
}

/** A form's compiled solver on some device. */
export interface Kernel {
  solve(request: KernelRequest): Promise<KernelAnswer>;
  /** Initial vectors of random starts, row-major, before they are put into the box. */
  starts(request: StartsRequest, range: Float64Array): Promise<Float64Array>;
}

/** Starts of one request on a processor. */
export const startsPerCpuRequest = 256;

/** Starts of one request on a processor where they are trained, which takes a thousand times as long: whole sets of lanes. */
const trainedPerCpuRequest = 32;

/** Fits of a request of a problem on a backend. */
export function fitsPerRequest(
  { name, startsPerRequest }: Pick<Backend, "name" | "startsPerRequest">,
  isTrained: boolean,
): number {
  return isTrained && name !== "cuda" ? Math.min(trainedPerCpuRequest, startsPerRequest) : startsPerRequest;
}

/** Fits of at least this many points are solved on some of them first (Settings::many_points of kernels/judge.hpp). */
export const manyPoints = 512;

/**
 * What a kernel is compiled for: a form, a kind of residual, Huber's loss or the squared one, and a kind of resamples; or
 * training of the form, with plain residuals and the squared loss.
 */
export interface KernelVariant {
  /** Of a form: its `kernelSource`, or its `trainingSource`. */
  formSource: string;
  parameters: number;
  logResidual: boolean;
  robust: boolean;
  resampling: "none" | "reweighted" | "moved";
  /** @default false */
  training?: boolean | undefined;
  /** The form itself, for backends that translate it and do not compile its text. */
  form?: TranslatableForm | undefined;
}

/** What of a form is translated. */
export type TranslatableForm = Pick<Form, "name" | "program" | "logTerms" | "offset">;

/** What tells variants apart, without reading or hashing anything. */
export function variantKey({ formSource, logResidual, robust, resampling, training }: KernelVariant): string {
  const how = training ? "trained" : `${logResidual ? "log" : "plain"} ${robust ? "robust" : "squared"}`;
  return `${how} ${resampling}\n${formSource}`;
}

/** Compiles (or finds) kernels of one device. */
export interface Backend {
  name: BackendName;
  /** Device, compiler and instruction set, for the manifest and the doctor. */
  description: string;
  /** Requests that it takes at the same time: as many as it has threads, or thousands for a GPU. */
  concurrency: number;
  /** Starts of one request: few enough to spread one problem over the device, enough to keep its lanes filled. */
  startsPerRequest: number;
  kernel(variant: KernelVariant): Promise<Kernel>;
  /** Kernels that it has served until now. */
  kernelCounts(): KernelCounts;
  /** Ends threads; the backend is of no use afterwards. */
  close(): Promise<void>;
}

/** A kernel, and whether it was compiled now, was there already, or is no kernel of this backend's own. */
export interface ShelvedKernel {
  kernel: Kernel;
  made: "compiled" | "found" | "elsewhere";
}

/** The kernels of a backend: each is made once, when it is first asked for, and counted. */
export class KernelShelf {
  readonly #kernels = new Map<string, Promise<Kernel>>();
  readonly #counts: KernelCounts = { kernels: 0, compiled: 0 };

  get counts(): Readonly<KernelCounts> {
    return this.#counts;
  }

  /** The kernel of that name; `make` is called for the first who asks. */
  get(name: string, make: () => Promise<ShelvedKernel>): Promise<Kernel> {
    let kernel = this.#kernels.get(name);
    if (!kernel) {
      kernel = make().then((shelved) => this.#count(shelved));
      this.#kernels.set(name, kernel);
    }
    return kernel;
  }

  #count({ kernel, made }: ShelvedKernel): Kernel {
    if (made !== "elsewhere") ++this.#counts.kernels;
    if (made === "compiled") ++this.#counts.compiled;
    return kernel;
  }
}

/**
 * What the kernel found: the objective of every fit, and a row for the best fit of each resample, or for every fit
 * where the request says `each`. Of equals the first is the best.
 */
export interface KernelAnswer {
  /** Of every fit, in the order of the request. */
  objective: Float64Array;
  /** Squared scaled projected gradient, relative to the objective; a row each. */
  gradientNorm: Float64Array;
  /** Rows x parameters. */
  parameters: Float64Array;
  iterations: Int32Array;
  /** Index into `terminations`. */
  termination: Int32Array;
  /** Which of the resample's starts it is, from 0. */
  best: Int32Array;
  /** Sum over the resample's starts. */
  allIterations: Int32Array;
}

/** How many numbers an answer is. */
interface AnswerSize {
  rows: number;
  reals: number;
  wholes: number;
}

/** Size of the answer to a request of `count` fits; `count` is a number of whole resamples, or a part of one. */
export function answerSize(
  { starts, each }: Pick<KernelRequest, "starts" | "each">,
  count: number,
  parameters: number,
): AnswerSize {
  const rows = each ? count : Math.ceil(count / starts);
  return { rows, reals: count + rows * (1 + parameters), wholes: 4 * rows };
}

/** Numbers that a processor's kernel needs behind the answer while it solves (kernels/cpu.cpp). */
export function scratchSize(
  { points, polish, training, count, population }: KernelRequest,
  parameters: number,
): { reals: number; wholes: number } {
  const lanes = 8;
  const coarse = points >= manyPoints && !polish && !training;
  // The draws stand behind the parameters.
  const draws = population ? lanes * (population.drawn + 1) : 0;
  return { reals: (coarse || population ? count * parameters : 0) + draws, wholes: coarse ? count : 0 };
}

/** The parts of an answer as the kernels lay it out (kernels/request.hpp): views, nothing is copied. */
export function answerIn(
  real: Float64Array,
  whole: Int32Array,
  count: number,
  rows: number,
  parameters: number,
): KernelAnswer {
  const wholes = (i: number): Int32Array => whole.subarray(i * rows, (i + 1) * rows);
  return {
    objective: real.subarray(0, count),
    gradientNorm: real.subarray(count, count + rows),
    parameters: real.subarray(count + rows, count + rows * (1 + parameters)),
    iterations: wholes(0),
    termination: wholes(1),
    best: wholes(2),
    allIterations: wholes(3),
  };
}
