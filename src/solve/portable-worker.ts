import {
  answerIn,
  answerSize,
  type KernelAnswer,
  type KernelRequest,
  requestNumbers,
  type StartsRequest,
  scratchSize,
} from "./kernel.ts";

/** A task of a worker thread: a request to solve, or one for random starts. */
export type PortableTask =
  | { kind: "solve"; path: string; module: WebAssembly.Module; parameters: number; request: KernelRequest }
  | {
      kind: "starts";
      path: string;
      module: WebAssembly.Module;
      parameters: number;
      request: StartsRequest;
      range: Float64Array;
    };

interface Exports {
  memory: WebAssembly.Memory;
  __heap_base: WebAssembly.Global;
  lawfit_solve(...values: number[]): void;
  lawfit_starts(...values: number[]): void;
}

/** This thread's instances by the path of their module. Threads share modules; an instance has a memory of its own. */
const instances = new Map<string, Exports>();

/** Does a task on this thread. */
export default function runTask(task: PortableTask): KernelAnswer | Float64Array {
  let exports = instances.get(task.path);
  if (!exports) {
    exports = new WebAssembly.Instance(task.module).exports as unknown as Exports;
    instances.set(task.path, exports);
  }
  const heap = new Heap(exports);
  const { seed, problemKey, firstStart, count } = task.request;
  if (task.kind === "starts") {
    const range = heap.put(task.range);
    const out = heap.reserve(count * task.parameters * 8);
    exports.lawfit_starts(seed, problemKey, firstStart, count, range, out);
    return heap.float64(out, count * task.parameters);
  }
  const { request, parameters } = task;
  const data = heap.put(request.data);
  const scalars = heap.put(request.scalars);
  const given = heap.put(request.givenStarts);
  const size = answerSize(request, count, parameters);
  const scratch = scratchSize(request, parameters);
  const real = heap.reserve((size.reals + scratch.reals) * 8);
  const whole = heap.reserve((size.wholes + scratch.wholes) * 4);
  exports.lawfit_solve(...requestNumbers(request, parameters), data, scalars, given, real, whole);
  const reals = heap.float64(real, size.reals);
  const wholes = heap.int32(whole, size.wholes);
  return answerIn(reals, wholes, count, size.rows, parameters);
}

/** Memory for the arguments of one call, from the module's heap base upwards. */
class Heap {
  readonly #exports: Exports;
  #next: number;

  constructor(exports: Exports) {
    this.#exports = exports;
    this.#next = Math.ceil(exports.__heap_base.value / 64) * 64;
  }

  reserve(bytes: number): number {
    const at = this.#next;
    this.#next += Math.ceil(bytes / 64) * 64;
    const { memory } = this.#exports;
    const missing = this.#next - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    return at;
  }

  put(values: Float64Array): number {
    const at = this.reserve(values.byteLength);
    new Float64Array(this.#exports.memory.buffer, at, values.length).set(values);
    return at;
  }

  float64(at: number, length: number): Float64Array {
    return new Float64Array(this.#exports.memory.buffer, at, length).slice();
  }

  int32(at: number, length: number): Int32Array {
    return new Int32Array(this.#exports.memory.buffer, at, length).slice();
  }
}
