import { getOrInsert } from "../collections.ts";
import type { Form } from "../forms/form.ts";
import type { BackendName, KernelCounts } from "./problem.ts";
import type { PackedResampling } from "./resampling.ts";

/** How the resamples of a request are drawn. */
export interface Population extends Pick<PackedResampling, "key" | "scheme" | "drawn" | "moves"> {
  /** How many numbers of the scheme follow the scalars. */
  numbers: number;
}

/** A request for some fits of one problem: numbers in the layout of kernels/request.hpp. */
export interface KernelRequest {
  points: number;
  logResidual: boolean;
  /** Whether residuals are relative. */
  relative: boolean;
  /** Whether residuals are divided by sigma. */
  divided: boolean;
  /** Whether parameters have priors. @default false */
  priors?: boolean | undefined;
  /** With `problemKey` the key of the random numbers. */
  seed: number;
  /** 32 bits that identify the problem. */
  problemKey: number;
  firstStart: number;
  /** Number of the first resample; 0 for the data as they are. */
  firstResample: number;
  /** Number of fits: `starts` of each resample, those of a resample side by side. */
  count: number;
  /** Number of starts of each resample; divides `count`. */
  starts: number;
  /** Whether the answer has every fit, and not only the best of each resample. */
  each: boolean;
  /** Limit of iterations a start. */
  limit: number;
  /** A start ends when its squared scaled gradient, relative to the objective, is at most this. */
  tolerance: number;
  /** Whether the given starts are solutions that are to be polished. */
  polish: boolean;
  /** Whether fits are trained, for `limit` steps each. @default false */
  training?: boolean | undefined;
  /** Columns x points, then responses, then weights, then, where residuals are divided, sigma, then, with a population, its one or two rows. */
  data: Float64Array;
  /**
   * The loss (`lossNumbers`: delta, over, under, mass); then lower bounds, upper bounds, lower and upper ends of the start ranges, one a parameter each; then centres and half
   * ranges, one a column each; then, with priors, `priorNumbers` of each parameter; then, of a training, learning rate and weight decay; then the numbers of the resampling scheme.
   */
  scalars: Float64Array;
  /** How many numbers before those of `scalars` are the form that is interpreted (interpreted/layout.ts). @default 0 */
  formNumbers?: number | undefined;
  /** Starts that come first, row-major. */
  givenStarts: Float64Array;
  /**
   * Number of starts from the form's structure (kernels/structure.hpp), which come after the given ones; each resample has its own.
   * The random ones, which are last, are the same whatever it is. At most `mostStructured` of the problem. @default 0
   */
  structured?: number | undefined;
  /** How resamples are drawn; without it the data are solved as they are. */
  population?: Population | undefined;
}

/** A request for random starts. */
export type StartsRequest = Pick<KernelRequest, "seed" | "problemKey" | "firstStart" | "count">;

/** Macro of the kernels that train (LF_TRAINING). */
export const trainingMacro = "-DLF_TRAINING=1";

/** Macro of the kernels that read their form from the request (LF_INTERPRETED). */
export const interpreterMacro = "-DLF_INTERPRETED";

/** Least squares of forms with more parameters is compiled without unrolling its loops (LF_ROLLED). */
const mostUnrolled = 16;

/** The macro of the kernels of forms with many parameters; training is unrolled whatever their number. */
export function sizeMacros({
  parameters,
  training,
}: Pick<KernelVariant, "parameters" | "training">): string[] {
  return parameters > mostUnrolled && !training ? ["-DLF_ROLLED"] : [];
}

/** The macros of a variant (LF_LOG, LF_ROBUST, LF_RESAMPLING, LF_TRAINING, LF_INTERPRETED of the kernels). */
export function variantMacros(variant: KernelVariant): string[] {
  const { logResidual, robust, resampling, training, interpreted } = variant;
  const resamplings = ["none", "reweighted", "moved"] as const;
  return [
    `-DLF_LOG=${Number(logResidual)}`,
    `-DLF_ROBUST=${Number(robust)}`,
    `-DLF_RESAMPLING=${resamplings.indexOf(resampling)}`,
    ...(training ? [trainingMacro] : []),
    ...(interpreted ? [interpreterMacro] : []),
  ];
}

/** Bits of a request's flags (kernels/request.hpp). */
export function requestFlags({
  logResidual,
  polish,
  each,
  population,
  relative,
  divided,
  priors,
}: KernelRequest): number {
  const resampled = population ? 8 + 16 * population.scheme : 0;
  const kind = (relative ? 128 : 0) + (divided ? 256 : 0) + (priors ? 512 : 0);
  return (logResidual ? 1 : 0) + (polish ? 2 : 0) + (each ? 4 : 0) + resampled + kind;
}

/** How many numbers of the scalars tell the loss (kernels/request.hpp). */
export const lossNumbers = 4;

/** The scalar arguments of lawfit_solve (kernels/cpu.cpp) for a request. */
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
    request.structured ?? 0,
    population?.key ?? 0,
    population?.drawn ?? 0,
    request.tolerance,
  ];
}

/** The solver of one form, compiled for a device. */
export interface Kernel {
  /** What it was compiled for, where that is not the form alone: an interpreter serves many forms. @default the variant that was asked for */
  compiledFor?: KernelVariant | undefined;
  /** Solves a request; many may be under way at a time. */
  solve(request: KernelRequest): Promise<KernelAnswer>;
  /**
   * Random starts, count x parameters, row-major, before they are moved into the bounds.
   *
   * @param range lower ends of all parameters, then upper ends
   */
  starts(request: StartsRequest, range: Float64Array): Promise<Float64Array>;
}

/** A kernel that may take several requests in one call, and gives the answers in order: the same as one by one. */
export interface ManyKernel extends Kernel {
  solveMany?(requests: readonly KernelRequest[]): Promise<KernelAnswer[]>;
}

/** Largest number of starts of one request on a processor. */
export const startsPerCpuRequest = 256;

/** The same for training, which takes a thousand times as long; a multiple of every number of lanes. */
const trainedPerCpuRequest = 32;

/** Largest number of fits of one request on a backend. */
export function fitsPerRequest(
  { name, startsPerRequest }: Pick<Backend, "name" | "startsPerRequest">,
  isTrained: boolean,
): number {
  return isTrained && name !== "cuda" ? Math.min(trainedPerCpuRequest, startsPerRequest) : startsPerRequest;
}

/** From this number of points on a fit is first solved on a part of them (Settings::many_points of kernels/judge.hpp). */
export const manyPoints = 512;

/**
 * What a kernel is compiled for: a form, logarithms or not, the squared loss or another, and a kind of resampling; or training of
 * the form, with plain residuals and the squared loss.
 */
export interface KernelVariant {
  /** The `kernelSource` of a form, or its `trainingSource`. */
  formSource: string;
  parameters: number;
  logResidual: boolean;
  robust: boolean;
  resampling: "none" | "reweighted" | "moved";
  /** @default false */
  training?: boolean | undefined;
  /** Whether the source is the interpreter (kernels/interpreter.hpp), to which requests bring their form. @default false */
  interpreted?: boolean | undefined;
  /** The form, for backends that translate its program instead of compiling its source. */
  form?: TranslatableForm | undefined;
}

/** The parts of a form that such backends read. */
export type TranslatableForm = Pick<Form, "name" | "program" | "logTerms" | "offset" | "linearity">;

/** The numbers of the sources that `variantKey` has met. */
const sourceNumbers = new Map<string, number>();

/** A short text that differs between any two variants in this process: it is looked up with every request. */
export function variantKey({ formSource, logResidual, robust, resampling, training }: KernelVariant): string {
  const how = training ? "trained" : `${logResidual ? "log" : "plain"} ${robust ? "robust" : "squared"}`;
  return `${how} ${resampling} ${getOrInsert(sourceNumbers, formSource, () => sourceNumbers.size)}`;
}

/**
 * Something that solves: the processor's vector units, WebAssembly, GPUs or TensorFlow.js. A backend has a kernel for each variant,
 * which it compiles or finds ready; all backends answer the same requests, and differ in the last digits at most.
 */
export interface Backend {
  name: BackendName;
  /** Device, compiler and instruction set, for people. */
  description: string;
  /** How many requests should be under way at a time: the number of threads, or thousands for a GPU. */
  concurrency: number;
  /** How many small requests it answers in one call, if they are there at once. @default 1 */
  requestsPerCall?: number | undefined;
  /** Largest number of starts of one request: few enough to spread a problem over the device, enough to fill its lanes. */
  startsPerRequest: number;
  /** @throws UserError where there is no kernel for the variant */
  kernel(variant: KernelVariant): Promise<Kernel>;
  /**
   * Compiles those of the kernels that are not ready, on all threads at once, so that no fit waits for one after the other. One
   * that cannot be compiled fails when it is asked for. Undefined where kernels are not compiled on the processor.
   *
   * @param work fits that each is expected to solve, times their points. @default beyond measure
   */
  compile?(variants: readonly KernelVariant[], work?: readonly number[]): Promise<void>;
  /** Whether a kernel is ready: nothing would be compiled for it. Undefined where none is compiled on the processor. */
  isReady?(variant: KernelVariant): Promise<boolean>;
  /** Number of kernels that have been asked for until now. */
  kernelCounts(): KernelCounts;
  /** Ends threads and processes; nothing may be asked afterwards. */
  close(): Promise<void>;
}

/** A kernel, and whether it was compiled now, was ready in the cache or the package, or belongs to another backend. */
export interface ShelvedKernel {
  kernel: Kernel;
  made: "compiled" | "found" | "elsewhere";
}

/** The kernels of a backend: each is made when it is first asked for, and counted. */
export class KernelShelf {
  readonly #kernels = new Map<string, Promise<Kernel>>();
  readonly #counts: KernelCounts = { kernels: 0, compiled: 0 };

  get counts(): Readonly<KernelCounts> {
    return this.#counts;
  }

  has(name: string): boolean {
    return this.#kernels.has(name);
  }

  /** The kernel of a name; `make` is called when it is first asked for. */
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
 * The answer to a request: the objective of every fit, and a row for the best fit of each resample, or for every fit where the
 * request has `each`. Of equal objectives the first is the best.
 */
export interface KernelAnswer {
  /** Objective of every fit, in the order of the request. */
  objective: Float64Array;
  /** Squared scaled projected gradient, relative to the objective; one a row. */
  gradientNorm: Float64Array;
  /** Rows x parameters. */
  parameters: Float64Array;
  iterations: Int32Array;
  /** Index into `terminations`. */
  termination: Int32Array;
  /** Index of the fit's start among those of its resample. */
  best: Int32Array;
  /** Sum of the iterations over the starts of the resample. */
  allIterations: Int32Array;
  /**
   * Lowest objective over all cells of the grid that structured starts are taken from, where one of the row's fits has such a
   * start, else `noCell`; one a row.
   */
  lowestCell: Float64Array;
}

/** Stands for no cell in an answer (undefined_objective of kernels/base.hpp). */
export const noCell = 1e300;

/** Number of rows, of real and of whole numbers of an answer. */
interface AnswerSize {
  rows: number;
  reals: number;
  wholes: number;
}

/** Size of the answer to `count` fits of a request, which are whole resamples or a part of one. */
export function answerSize(
  { starts, each }: Pick<KernelRequest, "starts" | "each">,
  count: number,
  parameters: number,
): AnswerSize {
  const rows = each ? count : Math.ceil(count / starts);
  return { rows, reals: count + rows * (2 + parameters), wholes: 4 * rows };
}

/** Numbers of scratch memory that a processor's kernel needs behind the answer (kernels/cpu.cpp). */
export function scratchSize(
  { points, polish, training, count, population, structured }: KernelRequest,
  parameters: number,
): { reals: number; wholes: number } {
  const lanes = 8;
  const coarse = points >= manyPoints && !polish && !training;
  // The draws follow the parameters, then what their groups add: an objective, its slopes and its matrix each (kernels/group-sums.hpp).
  const added = 1 + parameters + (parameters * (parameters + 1)) / 2;
  const draws = population ? lanes * (population.drawn + 1) + added * population.drawn : 0;
  return {
    reals: (coarse || population || structured ? count * parameters : 0) + draws,
    wholes: coarse ? count : 0,
  };
}

/** The parts of an answer in the kernels' layout (kernels/request.hpp), as views without copies. */
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
    lowestCell: real.subarray(count + rows * (1 + parameters), count + rows * (2 + parameters)),
    iterations: wholes(0),
    termination: wholes(1),
    best: wholes(2),
    allIterations: wholes(3),
  };
}
