// kernels/cuda.cu on the host: the threads of one block as fibres that take turns, so that the device's code, its
// queue, its warps' sums and what it keeps in shared memory run where there is no GPU. Arithmetic is the host's.
// DEVICE_SOURCE: cuda.cu with its shared array declared as a pointer (test/kernels/cuda-host.ts).
#include <setjmp.h>
#include <ucontext.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#define __device__
#define __global__
#define __shared__ static
#define __forceinline__ inline
#define __launch_bounds__(threads, blocks)

struct Dimensions {
  int x;
};
static Dimensions threadIdx, blockDim, blockIdx, gridDim;
static double* dynamic_shared;

namespace {

constexpr int warp_size = 32;
constexpr size_t stack_bytes = size_t(1) << 18;

struct Fibre {
  ucontext_t context;
  jmp_buf place;  // where it waits for its turn
  bool begun = false, ended = false;
  int barriers = 0;          // __syncthreads passed
  uint64_t shuffles = 0;     // shuffles entered
  double sent[2];            // by the shuffles of even and of odd number: a slow thread reads the last but one
};

std::vector<Fibre> fibres;
std::vector<uint64_t> entered;  // shuffles entered by the threads of each warp together
std::vector<std::unique_ptr<char[]>> stacks;  // kept, and not filled: what no fibre reaches takes no memory
jmp_buf scheduler;

// Jumps, because swapcontext asks the system for the mask of signals each time: a warp's sums yield thousands of times.
void yield() {
  if (!_setjmp(fibres[threadIdx.x].place)) _longjmp(scheduler, 1);
}

void end() {
  fibres[threadIdx.x].ended = true;
  _longjmp(scheduler, 1);
}

// Lets a fibre go on until it yields or ends.
__attribute__((noinline)) void resume(Fibre& fibre) {
  if (_setjmp(scheduler)) return;
  if (fibre.begun) _longjmp(fibre.place, 1);
  fibre.begun = true;
  setcontext(&fibre.context);
}

void run_block(int threads, void (*body)()) {
  fibres = std::vector<Fibre>(threads);
  entered.assign((threads + warp_size - 1) / warp_size, 0);
  blockDim.x = threads;
  blockIdx.x = 0;
  gridDim.x = 1;
  while (int(stacks.size()) < threads) stacks.emplace_back(new char[stack_bytes]);
  for (int i = 0; i < threads; ++i) {
    ucontext_t& context = fibres[i].context;
    getcontext(&context);
    context.uc_stack.ss_sp = stacks[i].get();
    context.uc_stack.ss_size = stack_bytes;
    context.uc_link = nullptr;
    makecontext(&context, body, 0);
  }
  for (bool live = true; live;) {
    live = false;
    for (int i = 0; i < threads; ++i) {
      if (fibres[i].ended) continue;
      live = true;
      threadIdx.x = i;
      resume(fibres[i]);
    }
  }
}

void __syncthreads() {
  const int mine = ++fibres[threadIdx.x].barriers;
  for (bool waiting = true; waiting;) {
    waiting = false;
    for (const Fibre& fibre : fibres) waiting = waiting || (!fibre.ended && fibre.barriers < mine);
    if (waiting) yield();
  }
}

// Waits until the warp's threads have all entered the same shuffle, and gives what thread `from` brought to it.
double exchange(double value, int from) {
  const int self = threadIdx.x, warp = self / warp_size;
  const uint64_t number = ++fibres[self].shuffles;
  fibres[self].sent[number % 2] = value;
  ++entered[warp];
  // No thread is more than one shuffle ahead of another, so that the sum says that all are here.
  while (entered[warp] < number * warp_size) yield();
  return fibres[warp * warp_size + from].sent[number % 2];
}

double __shfl_xor_sync(unsigned, double value, int far) { return exchange(value, (threadIdx.x % warp_size) ^ far); }
[[maybe_unused]] void __syncwarp() { exchange(0, 0); }
int __shfl_sync(unsigned, int value, int from) { return int(exchange(value, from)); }
int atomicAdd(int* address, int by) {
  const int before = *address;
  *address += by;
  yield();  // so that the work is shared out
  return before;
}

}  // namespace

#include DEVICE_SOURCE

namespace {

struct Launch {
  bool warps;
  const BatchRequest* requests;
  int count;
  int* queue;
  const double* numbers;
  double* real;
  int32_t* whole;
  Ended* ended;
  double* draws;
  int shared_numbers;
} launch;

void thread() {
  const Launch& l = launch;
  (l.warps ? lawfit_warps : lawfit_threads)(l.requests, l.count, l.queue, l.numbers, l.real, l.whole, l.ended, l.draws, l.shared_numbers);
  end();
}

}  // namespace

extern "C" void lawfit_shape(int32_t* out) {
  out[0] = P;
  out[1] = LawfitForm::columns;
  out[2] = 1;
}

// Random starts, by one thread after the other.
extern "C" void run_starts(uint32_t seed, uint32_t problem, int32_t first, int32_t count, const double* range, double* out) {
  blockIdx.x = 0;
  blockDim.x = count;
  for (threadIdx.x = 0; threadIdx.x < count; ++threadIdx.x) lawfit_starts(seed, problem, first, count, range, out);
}

// Runs a batch as one block of `threads` threads.
extern "C" void run_batch(int32_t warps, int32_t threads, int32_t count, int32_t shared_numbers, const void* requests,
                          const double* numbers, double* real, int32_t* whole, void* ended, double* draws) {
  std::vector<double> shared(shared_numbers);
  dynamic_shared = shared.data();
  int queue = 0;
  launch = {warps != 0, static_cast<const BatchRequest*>(requests), count, &queue, numbers, real, whole, static_cast<Ended*>(ended), draws, shared_numbers};
  run_block(threads, thread);
}
