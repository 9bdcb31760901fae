import { concatenated } from "../../collections.ts";
import {
  type Backend,
  type Kernel,
  type KernelAnswer,
  type KernelRequest,
  KernelShelf,
  type KernelVariant,
  variantKey,
} from "../kernel.ts";
import { type OpenedDevice, openDevice } from "./devices.ts";
import { finish } from "./finish.ts";
import { Search, SearchQueue } from "./search.ts";
import { SearchProblem } from "./search-problem.ts";

/** Forms of more parameters are solved on the processor, because every element of a matrix is a tensor. */
const mostTensorParameters = 16;

/**
 * Largest number of evaluations of a fit in float32. A fit that has not ended by then crawls along a valley for digits that float32
 * does not have.
 */
const mostEvaluations = 100;

/** Number of requests under way at a time: enough to fill a batch from problems of few starts. */
const concurrency = 64;

const startsPerRequest = 1024;

interface TfjsOptions {
  /** Opens the processor's backend, which finishes fits in float64. */
  openCpu: () => Promise<Backend>;
  /** @default the device that $LAWFIT_TFJS names, else the first that is installed */
  device?: OpenedDevice | { reason: string };
}

/**
 * The tfjs backend: fits are searched in float32 by tensor operations on a device of TensorFlow.js, and finished in float64 on the
 * processor. The processor alone does training, solves forms of many parameters and problems with priors, and fits that start from a form's structure. Resolves to the reason where it cannot work
 * here.
 */
export async function openTfjs({ openCpu, device }: TfjsOptions): Promise<Backend | { reason: string }> {
  const opened = device ?? (await openDevice());
  if ("reason" in opened) return opened;
  const cpu = await openCpu();
  const shelf = new KernelShelf();
  return {
    name: "tfjs",
    description: describe(opened, cpu),
    concurrency,
    startsPerRequest,
    kernel(variant) {
      return shelf.get(variantKey(variant), async () => {
        const exact = await cpu.kernel(variant);
        const kernel = isSearched(variant) ? searching(opened, variant, exact) : exact;
        return { kernel, made: "elsewhere" };
      });
    },
    kernelCounts: () => cpu.kernelCounts(),
    close: () => cpu.close(),
  };
}

function describe({ device, version, passedOver }: OpenedDevice, cpu: Backend): string {
  return [
    `tfjs ${version}, ${device.packages[0]} (${device.description}), float32`,
    ...passedOver.map((reason) => `not ${reason}`),
    `polished in float64 on ${cpu.description}`,
  ].join("; ");
}

type Translatable = KernelVariant & { form: NonNullable<KernelVariant["form"]> };

function isSearched(variant: KernelVariant): variant is Translatable {
  return variant.form !== undefined && !variant.training && variant.parameters <= mostTensorParameters;
}

/** One answer of consecutive parts of a request, of which every fit is wanted. */
function joinAnswers(parts: readonly KernelAnswer[]): KernelAnswer {
  const reals = (read: (answer: KernelAnswer) => Float64Array) => concatenated(parts.map(read));
  const wholes = (read: (answer: KernelAnswer) => Int32Array) =>
    Int32Array.from(parts.flatMap((part) => [...read(part)]));
  return {
    objective: reals(({ objective }) => objective),
    gradientNorm: reals(({ gradientNorm }) => gradientNorm),
    parameters: reals(({ parameters }) => parameters),
    iterations: wholes(({ iterations }) => iterations),
    termination: wholes(({ termination }) => termination),
    best: wholes(({ best }) => best),
    allIterations: wholes(({ allIterations }) => allIterations),
    lowestCell: reals(({ lowestCell }) => lowestCell),
  };
}

function searching({ tf, device }: OpenedDevice, variant: Translatable, cpu: Kernel): Kernel {
  const { form, parameters, robust } = variant;
  const search = new Search(tf, form, variant);
  const queue = new SearchQueue(search, device.tensorSize);
  const searched = async (request: KernelRequest): Promise<KernelAnswer> => {
    const columns = form.program.columns.length;
    const problem = new SearchProblem(request, parameters, columns, search.coordinates, robust);
    const limit = Math.min(request.limit, mostEvaluations);
    return finish(cpu, request, await queue.fits(problem, request.count, limit));
  };
  return {
    async solve(request) {
      if (request.polish || request.priors) return cpu.solve(request);
      const { firstStart, starts, count, each, structured = 0 } = request;
      const given = request.givenStarts.length / parameters;
      // Starts from the form's structure need few iterations: the processor makes and solves them.
      const from = Math.max(firstStart, given);
      const to = Math.min(firstStart + starts, given + structured);
      if (from >= to) return searched(request);
      if (!each || count !== starts) return cpu.solve(request);
      const part = (solve: (request: KernelRequest) => Promise<KernelAnswer>, first: number, end: number) =>
        first < end
          ? [solve({ ...request, firstStart: first, count: end - first, starts: end - first })]
          : [];
      return joinAnswers(
        await Promise.all([
          ...part(searched, firstStart, from),
          ...part((structuredPart) => cpu.solve(structuredPart), from, to),
          ...part(searched, to, firstStart + starts),
        ]),
      );
    },
    starts: (request, range) => cpu.starts(request, range),
  };
}
