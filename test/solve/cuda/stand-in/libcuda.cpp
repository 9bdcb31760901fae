// A stand-in for the NVIDIA driver's library, for machines without a GPU: the calls that the cuda backend makes, with
// the driver's rules checked more sternly than the driver does, and kernels run by their host build.
//
// - Device addresses are made up: a host pointer in the place of one, or the other way round, is caught.
// - What is queued on a stream is done late, one thing each time somebody asks whether it is done: a host buffer that is
//   freed or written too early gives wrong answers or a violation.
// - A module is a text whose first line is "// host build: PATH": a shared library made from kernels/cpu.cpp for the
//   same form. Launching lawfit_threads or lawfit_warps calls its lawfit_solve for each request of the batch. Or made
//   from the device's own source (test/kernels/cuda-host.cpp): then the launch runs that, as one block.
// - A broken rule is a violation: noted, and answered with an error as the driver would.
//
// The test sets it up and reads it through the functions stand_in_*. With -DSTAND_IN_CHECK_HEADER it is compiled against
// the toolkit's cuda.h, so that a wrong signature here is an error of the compiler.
#include <dlfcn.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#ifdef STAND_IN_CHECK_HEADER
#include <cuda.h>
#else
using CUresult = int;
using CUdevice = int;
using CUdevice_attribute = int;
using CUfunction_attribute = int;
using CUdeviceptr = unsigned long long;
using CUcontext = struct CUctx_st*;
using CUmodule = struct CUmod_st*;
using CUfunction = struct CUfunc_st*;
using CUstream = struct CUstream_st*;
using CUevent = struct CUevent_st*;
#endif

#define EXPORT extern "C" __attribute__((visibility("default")))

// As in kernels/cuda.cu.
struct BatchRequest {
  int64_t data, scalars, given_starts, real, whole, fits;
  double tolerance;
  int32_t points, flags;
  uint32_t seed, problem;
  int32_t first_start, first_resample, count, starts, limit, given;
  uint32_t population;
  int32_t drawn, structured, unused;
};
static_assert(sizeof(BatchRequest) == 112, "the size that src/solve/cuda/batch.ts writes");
static_assert(offsetof(BatchRequest, tolerance) == 48 && offsetof(BatchRequest, points) == 56 &&
                  offsetof(BatchRequest, seed) == 64 && offsetof(BatchRequest, first_start) == 72 &&
                  offsetof(BatchRequest, given) == 92 && offsetof(BatchRequest, drawn) == 100 &&
                  offsetof(BatchRequest, structured) == 104,
              "the places that src/solve/cuda/batch.ts writes");

// Flags of a request (kernels/request.hpp).
constexpr int each_flag = 4, resampled_flag = 8, scheme_flag = 16;

namespace {

enum Code {
  success = 0,
  invalid_value = 1,
  out_of_memory = 2,
  not_initialized = 3,
  no_device = 100,
  invalid_device = 101,
  invalid_image = 200,
  invalid_context = 201,
  unsupported_ptx = 222,
  invalid_handle = 400,
  not_found = 500,
  not_ready = 600,
  illegal_address = 700,
  launch_out_of_resources = 701,
  already_registered = 712,
  not_registered = 713,
};

constexpr int static_shared = 4096, registers_of_kernels = 128;

struct Settings {
  int devices = 1, version = 12080, multiprocessors = 2, blocks = 1, init = 0;
  uint64_t memory = uint64_t(1) << 30;
  bool pinning = true, announce = false, wrong = false;
};

// The n-th call of a function (1 is the first after the set-up; 0: every call), or every one whose size is above a limit.
struct Fault {
  std::string call;
  long nth = 0;
  uint64_t above = 0;
  bool by_size = false;
  int code = 0;
};

struct Allocation {
  int device;
  std::vector<unsigned char> bytes;
};

struct Library {
  void* handle;
  int parameters, columns;
  using Solve = void (*)(int32_t, int32_t, uint32_t, uint32_t, int32_t, int32_t, int32_t, int32_t, int32_t, int32_t, int32_t, uint32_t,
                         int32_t, double, const double*, const double*, const double*, double*, int32_t*);
  using Starts = void (*)(uint32_t, uint32_t, int32_t, int32_t, const double*, double*);
  // The device's own source as fibres: addresses are the host's.
  using Block = void (*)(int32_t, int32_t, int32_t, int32_t, const void*, const double*, double*, int32_t*, void*, double*);
  Solve solve;
  Starts starts;
  Block block;
};

struct Module {
  int device;
  Library library;
};

struct Function {
  Module* module;
  int device;
  std::string name;
  int allowed = 49152 - static_shared;
};

struct Stream {
  int device;
  std::deque<std::function<void()>> queue;
};

struct Event {
  int device;
  bool recorded = false, reached = false;
  Stream* stream = nullptr;
  double at = 0;  // milliseconds
};

struct Context {
  int device = 0, references = 0;
  int failure = 0;  // a failure that every later call repeats, as on a lost device
};

struct Pinned {
  int device;
  size_t bytes;
};

struct State {
  Settings settings;
  std::vector<Fault> faults;
  std::map<std::string, long> calls;
  std::vector<std::string> violations, log;
  std::map<int, std::unique_ptr<Context>> contexts;
  std::map<uint64_t, Allocation> memory;
  std::map<int, uint64_t> used;
  std::map<uintptr_t, Pinned> pinned;
  std::set<Module*> modules;
  std::set<Function*> functions;
  std::set<Stream*> streams;
  std::set<Event*> events;
  Context* current = nullptr;
  bool initialized = false;
  uint64_t next_address = uint64_t(0x7e) << 40;
  double clock = 0;  // milliseconds of the devices, made up
};

State& state() {
  static State* s = new State;
  return *s;
}

void violation(const std::string& what) { state().violations.push_back(what); }

std::string text_of(uint64_t number) { return std::to_string(number); }

// Counts a call and gives the failure that is injected into it. size: of what is asked for, where that means anything.
int injected(const char* name, uint64_t size = 0) {
  State& s = state();
  const long n = ++s.calls[name];
  for (const Fault& fault : s.faults)
    if (fault.call == name && (fault.by_size ? size > fault.above : fault.nth == 0 || fault.nth == n)) return fault.code;
  return 0;
}

// What most calls begin with: a context is current, its device has not failed.
#define ENTER(name, size)                                                        \
  State& s = state();                                                            \
  if (const int code = injected(#name, size)) return CUresult(code);             \
  if (!s.current || s.current->references == 0) {                                \
    violation(#name ": no context is current");                                  \
    return CUresult(invalid_context);                                            \
  }                                                                              \
  if (s.current->failure) return CUresult(s.current->failure);                   \
  const int device = s.current->device;                                          \
  (void)device;

#define REFUSE(code, what)  \
  do {                      \
    violation(what);        \
    return CUresult(code);  \
  } while (0)

// Host memory of a device range; null, with a violation, where it is not inside one allocation of the device.
unsigned char* device_memory(int device, uint64_t address, uint64_t bytes, const std::string& what) {
  State& s = state();
  auto at = s.memory.upper_bound(address);
  if (at == s.memory.begin()) {
    violation(what + ": " + text_of(address) + " is no device address");
    return nullptr;
  }
  --at;
  const uint64_t offset = address - at->first;
  if (offset + bytes > at->second.bytes.size()) {
    violation(what + ": " + text_of(bytes) + " bytes at offset " + text_of(offset) + " of an allocation of " +
              text_of(at->second.bytes.size()));
    return nullptr;
  }
  if (at->second.device != device) {
    violation(what + ": memory of another device");
    return nullptr;
  }
  return at->second.bytes.data() + offset;
}

bool is_pinned(uintptr_t address, size_t bytes) {
  auto at = state().pinned.upper_bound(address);
  if (at == state().pinned.begin()) return false;
  --at;
  return address - at->first + bytes <= at->second.bytes;
}

void fail_device(int device, int code) {
  auto& context = state().contexts[device];
  if (context) context->failure = code;
}

// Does the next thing that is queued on a stream.
bool step(Stream* stream) {
  if (stream->queue.empty()) return false;
  auto next = std::move(stream->queue.front());
  stream->queue.pop_front();
  next();
  return true;
}

void finish(Stream* stream) {
  while (step(stream)) {
  }
}

template <class T>
bool known(const std::set<T*>& all, const void* handle) {
  return all.count((T*)handle) > 0;
}

Stream* stream_of(CUstream handle, int device, const char* call) {
  if (!known(state().streams, handle)) {
    violation(std::string(call) + ": no stream (or the default one, which waits for all others)");
    return nullptr;
  }
  auto* stream = (Stream*)handle;
  if (stream->device != device) {
    violation(std::string(call) + ": a stream of another device");
    return nullptr;
  }
  return stream;
}

// One batch, by the device's own source.
void run_block(int device, const Library& library, bool warps, int threads, int shared_numbers, uint64_t requests, int count,
               uint64_t numbers, uint64_t real, uint64_t whole, uint64_t ended_at, uint64_t draws_at) {
  const auto host = [&](uint64_t address, const char* what) { return device_memory(device, address, 8, what); };
  const auto *from = host(requests, "kernel: requests"), *points = host(numbers, "kernel: numbers");
  auto *reals = host(real, "kernel: real"), *wholes = host(whole, "kernel: whole");
  auto* ended = host(ended_at, "kernel: ended");
  if (!from || !points || !reals || !wholes || !ended) return fail_device(device, illegal_address);
  bool resampled = false;
  for (int i = 0; i < count; ++i) resampled = resampled || ((const BatchRequest*)from)[i].flags & resampled_flag;
  auto* draws = resampled ? host(draws_at, "kernel: draws") : nullptr;
  if (resampled && !draws) return fail_device(device, illegal_address);
  library.block(warps, threads, count, shared_numbers, from, (const double*)points, (double*)reals, (int32_t*)wholes, ended, (double*)draws);
}

// One batch, by the host build of the kernel.
void run_batch(int device, const Library& library, uint64_t requests_at, int count, uint64_t queue_at, uint64_t numbers_at,
               uint64_t real_at, uint64_t whole_at, uint64_t ended_at, uint64_t draws_at, int64_t at_work) {
  State& s = state();
  auto* requests = (const BatchRequest*)device_memory(device, requests_at, sizeof(BatchRequest) * count, "kernel: requests");
  auto* queue = (int*)device_memory(device, queue_at, sizeof(int), "kernel: queue");
  if (!requests || !queue) return fail_device(device, illegal_address);
  if (*queue != 0) violation("kernel: the queue's counter is not 0 at launch");
  const int P = library.parameters, C = library.columns;
  int64_t fits = 0, reals = 0, wholes = 0;
  for (int i = 0; i < count; ++i) {
    const BatchRequest& r = requests[i];
    const auto numbers = [&](int64_t offset, int64_t length, const char* what) {
      return (const double*)device_memory(device, numbers_at + 8 * offset, 8 * length, std::string("kernel: ") + what);
    };
    const int a_row = r.flags & each_flag ? 1 : r.starts;
    if (r.points <= 0 || r.count <= 0 || r.starts <= 0 || r.count % r.starts || r.real != reals || r.whole != wholes || r.fits != fits) {
      violation("kernel: request " + text_of(i) + " makes no sense");
      return fail_device(device, illegal_address);
    }
    const bool resampled = r.flags & resampled_flag;
    const int plain = 1 + 4 * P + 2 * C, rows = r.count / a_row;
    const int scheme = r.flags / scheme_flag;
    const double* data = numbers(r.data, int64_t(C + 2 + resampled + (scheme >= 2)) * r.points, "data");
    // Of groups and blocks the first number tells how many follow, at least.
    const double* scalars = numbers(r.scalars, plain + (resampled && scheme < 2), "scalars");
    if (scalars && resampled && scheme < 2) scalars = numbers(r.scalars, plain + 1 + int64_t(scalars[plain]), "strata");
    const double* given = numbers(r.given_starts, int64_t(r.given) * P, "given starts");
    const int64_t real_length = r.count + int64_t(rows) * (2 + P), whole_length = 4 * int64_t(rows);
    auto* real = (double*)device_memory(device, real_at + 8 * reals, 8 * real_length, "kernel: real");
    auto* whole = (int32_t*)device_memory(device, whole_at + 4 * wholes, 4 * whole_length, "kernel: whole");
    // What the device's kernel keeps there the host's keeps behind its answer.
    const void* ended = device_memory(device, ended_at + fits * (16 + 8 * P), int64_t(r.count) * (16 + 8 * P), "kernel: ended");
    const void* draws = resampled ? device_memory(device, draws_at, 8 * at_work * r.drawn, "kernel: draws") : ended;
    if (!data || !scalars || !given || !real || !whole || !ended || !draws) return fail_device(device, illegal_address);
    std::vector<double> reals_found(real_length + int64_t(r.count) * P + 8 * (r.drawn + 1));
    std::vector<int32_t> wholes_found(whole_length + r.count);
    library.solve(r.points, r.flags, r.seed, r.problem, r.first_start, r.first_resample, r.count, r.starts, r.limit, r.given,
                  r.structured, r.population, r.drawn, r.tolerance, data, scalars, given, reals_found.data(), wholes_found.data());
    if (s.settings.wrong)
      for (int f = 0; f < r.count; ++f) reals_found[f] *= 1 + 1e-6;
    std::memcpy(real, reals_found.data(), 8 * real_length);
    std::memcpy(whole, wholes_found.data(), 4 * whole_length);
    reals += real_length;
    wholes += whole_length;
    fits += r.count;
  }
  *queue = count;
  s.clock += double(fits) * 1e-3;
  s.log.push_back("batch device=" + text_of(device) + " requests=" + text_of(count) + " fits=" + text_of(fits));
  if (s.settings.announce) std::fprintf(stderr, "%s\n", s.log.back().c_str());
}

Settings read_settings(const std::string& text, std::vector<Fault>& faults) {
  Settings settings;
  std::istringstream words(text);
  std::string word;
  while (words >> word) {
    const size_t equals = word.rfind('=');
    if (equals == std::string::npos) continue;
    const std::string name = word.substr(0, equals);
    const uint64_t value = std::strtoull(word.c_str() + equals + 1, nullptr, 10);
    if (name == "devices") settings.devices = int(value);
    else if (name == "version") settings.version = int(value);
    else if (name == "multiprocessors") settings.multiprocessors = int(value);
    else if (name == "blocks") settings.blocks = int(value);
    else if (name == "init") settings.init = int(value);
    else if (name == "memory") settings.memory = value;
    else if (name == "pinning") settings.pinning = value != 0;
    else if (name == "wrong") settings.wrong = value != 0;  // objectives come out 1e-6 too large
    else if (name == "announce") settings.announce = value != 0;  // a line to stderr for each batch that is done
    else {
      // CALL=code: every time; CALL#n=code: the n-th time; CALL>bytes=code: where more bytes are asked for.
      Fault fault;
      const size_t mark = name.find_first_of("#>");
      fault.call = name.substr(0, mark);
      fault.code = int(value);
      if (mark != std::string::npos) {
        const uint64_t limit = std::strtoull(name.c_str() + mark + 1, nullptr, 10);
        fault.by_size = name[mark] == '>';
        (fault.by_size ? fault.above : reinterpret_cast<uint64_t&>(fault.nth)) = limit;
      }
      faults.push_back(fault);
    }
  }
  return settings;
}

std::string answer_text;

const char* joined(const std::vector<std::string>& lines) {
  answer_text.clear();
  for (const std::string& line : lines) answer_text += line + "\n";
  return answer_text.c_str();
}

struct SetUp {
  SetUp() {
    if (const char* text = std::getenv("LAWFIT_STAND_IN")) state().settings = read_settings(text, state().faults);
  }
} set_up;

}  // namespace

// ---- for the tests

// Starts over, with settings and faults as a text of words "name=value" (see read_settings). What still lives is forgotten.
EXPORT void stand_in_set_up(const char* text) {
  State& s = state();
  s = State();
  s.settings = read_settings(text, s.faults);
}

EXPORT const char* stand_in_violations() { return joined(state().violations); }
EXPORT const char* stand_in_log() { return joined(state().log); }

// What was made and not given back, a line each.
EXPORT const char* stand_in_alive() {
  const State& s = state();
  std::vector<std::string> lines;
  const auto say = [&](size_t count, const char* what) {
    if (count) lines.push_back(text_of(count) + " " + what);
  };
  say(s.memory.size(), "allocations");
  say(s.pinned.size(), "pinned buffers");
  say(s.streams.size(), "streams");
  say(s.events.size(), "events");
  say(s.modules.size(), "modules");
  for (const auto& [device, context] : s.contexts)
    if (context->references) lines.push_back("the context of device " + text_of(device));
  return joined(lines);
}

// Every call and how often it was made.
EXPORT const char* stand_in_calls() {
  std::vector<std::string> lines;
  for (const auto& [name, count] : state().calls) lines.push_back(name + "=" + text_of(count));
  return joined(lines);
}

// ---- the driver's calls

EXPORT CUresult cuInit(unsigned flags) {
  State& s = state();
  if (const int code = injected("cuInit")) return CUresult(code);
  if (flags != 0) REFUSE(invalid_value, "cuInit: flags");
  if (s.settings.init) return CUresult(s.settings.init);
  if (s.settings.devices == 0) return CUresult(no_device);
  s.initialized = true;
  return CUresult(success);
}

EXPORT CUresult cuDriverGetVersion(int* version) {
  if (const int code = injected("cuDriverGetVersion")) return CUresult(code);
  *version = state().settings.version;
  return CUresult(success);
}

EXPORT CUresult cuDeviceGetCount(int* count) {
  if (const int code = injected("cuDeviceGetCount")) return CUresult(code);
  if (!state().initialized) REFUSE(not_initialized, "cuDeviceGetCount before cuInit");
  *count = state().settings.devices;
  return CUresult(success);
}

#define DEVICE(name, device)                                                    \
  if (const int code = injected(#name)) return CUresult(code);                  \
  if (!state().initialized) REFUSE(not_initialized, #name " before cuInit");    \
  if (device < 0 || device >= state().settings.devices) REFUSE(invalid_device, #name ": no such device");

EXPORT CUresult cuDeviceGet(CUdevice* device, int ordinal) {
  DEVICE(cuDeviceGet, ordinal)
  *device = ordinal;
  return CUresult(success);
}

EXPORT CUresult cuDeviceGetName(char* name, int length, CUdevice device) {
  DEVICE(cuDeviceGetName, device)
  std::strncpy(name, "Stand-in", length);
  return CUresult(success);
}

EXPORT CUresult cuDeviceTotalMem_v2(size_t* bytes, CUdevice device) {
  DEVICE(cuDeviceTotalMem_v2, device)
  *bytes = state().settings.memory;
  return CUresult(success);
}

EXPORT CUresult cuDeviceGetAttribute(int* value, CUdevice_attribute attribute, CUdevice device) {
  DEVICE(cuDeviceGetAttribute, device)
  switch (int(attribute)) {
    case 8: *value = 49152; break;
    case 16: *value = state().settings.multiprocessors; break;
    case 75: *value = 9; break;
    case 76: *value = 0; break;
    case 81: *value = 233472; break;
    case 97: *value = 232448; break;
    default: REFUSE(invalid_value, "cuDeviceGetAttribute: " + text_of(attribute));
  }
  return CUresult(success);
}

EXPORT CUresult cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice device) {
  DEVICE(cuDevicePrimaryCtxRetain, device)
  auto& made = state().contexts[device];
  if (!made) made = std::make_unique<Context>();
  made->device = device;
  if (made->failure && made->references) return CUresult(made->failure);
  ++made->references;
  *context = (CUcontext)made.get();
  return CUresult(success);
}

// The last release takes all that the context still has with it; of a device that has not failed, nothing should be left.
EXPORT CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  DEVICE(cuDevicePrimaryCtxRelease_v2, device)
  State& s = state();
  auto& context = s.contexts[device];
  if (!context || context->references == 0) REFUSE(invalid_context, "cuDevicePrimaryCtxRelease_v2: not retained");
  if (--context->references > 0) return CUresult(success);
  const bool failed = context->failure != 0;
  const auto drop = [&](auto& all, const char* what) {
    for (auto at = all.begin(); at != all.end();) {
      if ((*at)->device != device) {
        ++at;
        continue;
      }
      if (!failed) violation(std::string("context released with ") + what + " left");
      delete *at;
      at = all.erase(at);
    }
  };
  drop(s.events, "events");
  drop(s.streams, "streams");
  drop(s.modules, "modules");
  for (auto at = s.memory.begin(); at != s.memory.end();) {
    if (at->second.device != device) {
      ++at;
      continue;
    }
    if (!failed) violation("context released with memory left");
    at = s.memory.erase(at);
  }
  for (auto at = s.pinned.begin(); at != s.pinned.end();) {
    if (at->second.device != device) {
      ++at;
      continue;
    }
    if (!failed) violation("context released with pinned memory left");
    at = s.pinned.erase(at);
  }
  s.used[device] = 0;
  context->failure = 0;
  if (s.current == context.get()) s.current = nullptr;
  return CUresult(success);
}

EXPORT CUresult cuCtxSetCurrent(CUcontext context) {
  State& s = state();
  if (const int code = injected("cuCtxSetCurrent")) return CUresult(code);
  for (const auto& [device, one] : s.contexts)
    if ((CUcontext)one.get() == context && one->references > 0) {
      s.current = one.get();
      return CUresult(success);
    }
  REFUSE(invalid_context, "cuCtxSetCurrent: no such context");
}

EXPORT CUresult cuModuleLoadData(CUmodule* module, const void* image) {
  ENTER(cuModuleLoadData, 0)
  const std::string text((const char*)image), mark = "// host build: ";
  if (text.compare(0, mark.size(), mark) != 0) REFUSE(invalid_image, "cuModuleLoadData: a text without a host build");
  const std::string path = text.substr(mark.size(), text.find('\n') - mark.size());
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) REFUSE(invalid_image, std::string("cuModuleLoadData: ") + dlerror());
  auto* shape = (void (*)(int32_t*))dlsym(handle, "lawfit_shape");
  int32_t sizes[3];
  shape(sizes);
  auto* made = new Module{device,
                          {handle, sizes[0], sizes[1], (Library::Solve)dlsym(handle, "lawfit_solve"),
                           (Library::Starts)dlsym(handle, dlsym(handle, "run_starts") ? "run_starts" : "lawfit_starts"),
                           (Library::Block)dlsym(handle, "run_batch")}};
  s.modules.insert(made);
  *module = (CUmodule)made;
  return CUresult(success);
}

EXPORT CUresult cuModuleGetFunction(CUfunction* function, CUmodule module, const char* name) {
  ENTER(cuModuleGetFunction, 0)
  if (!known(s.modules, module)) REFUSE(invalid_handle, "cuModuleGetFunction: no module");
  const std::string wanted = name;
  if (wanted != "lawfit_threads" && wanted != "lawfit_warps" && wanted != "lawfit_starts")
    REFUSE(not_found, "cuModuleGetFunction: " + wanted);
  auto* made = new Function{(Module*)module, device, wanted};
  s.functions.insert(made);
  *function = (CUfunction)made;
  return CUresult(success);
}

EXPORT CUresult cuModuleUnload(CUmodule module) {
  ENTER(cuModuleUnload, 0)
  if (!known(s.modules, module)) REFUSE(invalid_handle, "cuModuleUnload: no module");
  for (Stream* stream : s.streams)
    if (stream->device == device && !stream->queue.empty()) violation("cuModuleUnload while work is queued");
  for (auto at = s.functions.begin(); at != s.functions.end();) {
    if ((*at)->module == (Module*)module) {
      delete *at;
      at = s.functions.erase(at);
    } else {
      ++at;
    }
  }
  s.modules.erase((Module*)module);
  delete (Module*)module;
  return CUresult(success);
}

EXPORT CUresult cuFuncGetAttribute(int* value, CUfunction_attribute attribute, CUfunction function) {
  ENTER(cuFuncGetAttribute, 0)
  if (!known(s.functions, function)) REFUSE(invalid_handle, "cuFuncGetAttribute: no function");
  switch (int(attribute)) {
    case 1: *value = static_shared; break;
    case 3: *value = 0; break;
    case 4: *value = registers_of_kernels; break;
    default: REFUSE(invalid_value, "cuFuncGetAttribute: " + text_of(attribute));
  }
  return CUresult(success);
}

EXPORT CUresult cuFuncSetAttribute(CUfunction function, CUfunction_attribute attribute, int value) {
  ENTER(cuFuncSetAttribute, 0)
  if (!known(s.functions, function)) REFUSE(invalid_handle, "cuFuncSetAttribute: no function");
  if (int(attribute) != 8) REFUSE(invalid_value, "cuFuncSetAttribute: " + text_of(attribute));
  if (value + static_shared > 232448) REFUSE(invalid_value, "cuFuncSetAttribute: more shared memory than a block may have");
  ((Function*)function)->allowed = value;
  return CUresult(success);
}

EXPORT CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, CUfunction function, int size, size_t shared) {
  ENTER(cuOccupancyMaxActiveBlocksPerMultiprocessor, 0)
  if (!known(s.functions, function)) REFUSE(invalid_handle, "occupancy: no function");
  if (size != 128 || shared > size_t(((Function*)function)->allowed)) REFUSE(invalid_value, "occupancy: size or shared memory");
  *blocks = s.settings.blocks;
  return CUresult(success);
}

EXPORT CUresult cuMemAlloc_v2(CUdeviceptr* address, size_t bytes) {
  ENTER(cuMemAlloc_v2, bytes)
  if (bytes == 0) REFUSE(invalid_value, "cuMemAlloc_v2: 0 bytes");
  if (s.used[device] + bytes > s.settings.memory) return CUresult(out_of_memory);
  s.used[device] += bytes;
  // A gap after each, so that an address past the end is nobody's.
  *address = s.next_address;
  s.next_address += (bytes + (1 << 20)) / 256 * 256;
  // Garbage, as memory of a GPU is.
  s.memory[*address] = Allocation{device, std::vector<unsigned char>(bytes, 0xA5)};
  return CUresult(success);
}

EXPORT CUresult cuMemFree_v2(CUdeviceptr address) {
  ENTER(cuMemFree_v2, 0)
  const auto at = s.memory.find(address);
  if (at == s.memory.end()) REFUSE(invalid_value, "cuMemFree_v2: not the address of an allocation");
  if (at->second.device != device) REFUSE(invalid_value, "cuMemFree_v2: memory of another device");
  // The driver waits for the device here.
  for (Stream* stream : s.streams)
    if (stream->device == device) finish(stream);
  s.used[device] -= at->second.bytes.size();
  s.memory.erase(at);
  return CUresult(success);
}

EXPORT CUresult cuMemGetInfo_v2(size_t* free, size_t* total) {
  ENTER(cuMemGetInfo_v2, 0)
  *free = s.settings.memory - s.used[device];
  *total = s.settings.memory;
  return CUresult(success);
}

EXPORT CUresult cuMemHostRegister_v2(void* memory, size_t bytes, unsigned flags) {
  ENTER(cuMemHostRegister_v2, bytes)
  if (!s.settings.pinning) return CUresult(801);
  if (uintptr_t(memory) % 4096 || bytes % 4096 || flags) REFUSE(invalid_value, "cuMemHostRegister_v2: not whole pages");
  const auto at = uintptr_t(memory);
  for (const auto& [other, range] : s.pinned)
    if (at < other + range.bytes && other < at + bytes) REFUSE(already_registered, "cuMemHostRegister_v2: registered already");
  s.pinned[at] = {device, bytes};
  return CUresult(success);
}

EXPORT CUresult cuMemHostUnregister(void* memory) {
  ENTER(cuMemHostUnregister, 0)
  const auto at = s.pinned.find(uintptr_t(memory));
  if (at == s.pinned.end()) REFUSE(not_registered, "cuMemHostUnregister: not registered");
  if (at->second.device != device) REFUSE(not_registered, "cuMemHostUnregister: registered with another device");
  s.pinned.erase(at);
  return CUresult(success);
}

namespace {

// Copies of pinned memory are done late; of other memory at once, as the driver does when it must.
CUresult copy(const char* name, int device, CUstream handle, CUdeviceptr there, void* here, size_t bytes, bool to_device) {
  Stream* stream = stream_of(handle, device, name);
  if (!stream) return CUresult(invalid_handle);
  if (bytes == 0) REFUSE(invalid_value, std::string(name) + ": 0 bytes");
  if (uintptr_t(here) >= uintptr_t(0x7e) << 40 && uintptr_t(here) < state().next_address)
    REFUSE(invalid_value, std::string(name) + ": a device address in the place of a host one");
  if (!device_memory(device, there, bytes, name)) return CUresult(invalid_value);
  const bool pinned = is_pinned(uintptr_t(here), bytes);
  const auto now = [=] {
    unsigned char* memory = device_memory(device, there, bytes, name);
    if (!memory) return fail_device(device, illegal_address);
    if (pinned && !is_pinned(uintptr_t(here), bytes)) return violation(std::string(name) + ": the host buffer was unpinned before the copy");
    to_device ? std::memcpy(memory, here, bytes) : std::memcpy(here, memory, bytes);
  };
  stream->queue.push_back(now);
  if (!pinned) finish(stream);
  return CUresult(success);
}

}  // namespace

EXPORT CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, size_t bytes, CUstream stream) {
  ENTER(cuMemcpyHtoDAsync_v2, bytes)
  return copy("cuMemcpyHtoDAsync_v2", device, stream, to, const_cast<void*>(from), bytes, true);
}

EXPORT CUresult cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, size_t bytes, CUstream stream) {
  ENTER(cuMemcpyDtoHAsync_v2, bytes)
  return copy("cuMemcpyDtoHAsync_v2", device, stream, from, to, bytes, false);
}

EXPORT CUresult cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t bytes, CUstream handle) {
  ENTER(cuMemsetD8Async, bytes)
  Stream* stream = stream_of(handle, device, "cuMemsetD8Async");
  if (!stream) return CUresult(invalid_handle);
  if (!device_memory(device, to, bytes, "cuMemsetD8Async")) return CUresult(invalid_value);
  const int on = device;
  stream->queue.push_back([=] {
    if (unsigned char* memory = device_memory(on, to, bytes, "cuMemsetD8Async")) std::memset(memory, value, bytes);
  });
  return CUresult(success);
}

EXPORT CUresult cuStreamCreate(CUstream* stream, unsigned flags) {
  ENTER(cuStreamCreate, 0)
  if (flags > 1) REFUSE(invalid_value, "cuStreamCreate: flags");
  auto* made = new Stream{device, {}};
  s.streams.insert(made);
  *stream = (CUstream)made;
  return CUresult(success);
}

EXPORT CUresult cuStreamDestroy_v2(CUstream handle) {
  ENTER(cuStreamDestroy_v2, 0)
  Stream* stream = stream_of(handle, device, "cuStreamDestroy_v2");
  if (!stream) return CUresult(invalid_handle);
  if (!stream->queue.empty()) violation("cuStreamDestroy_v2 while work is queued");
  s.streams.erase(stream);
  delete stream;
  return CUresult(success);
}

EXPORT CUresult cuStreamSynchronize(CUstream handle) {
  ENTER(cuStreamSynchronize, 0)
  Stream* stream = stream_of(handle, device, "cuStreamSynchronize");
  if (!stream) return CUresult(invalid_handle);
  finish(stream);
  return CUresult(s.current->failure);
}

EXPORT CUresult cuEventCreate(CUevent* event, unsigned flags) {
  ENTER(cuEventCreate, 0)
  if (flags != 0) REFUSE(invalid_value, "cuEventCreate: flags");
  auto* made = new Event{device};
  s.events.insert(made);
  *event = (CUevent)made;
  return CUresult(success);
}

#define EVENT(name, handle)                                                                   \
  if (!known(s.events, handle)) REFUSE(invalid_handle, #name ": no event");                   \
  auto* event = (Event*)handle;                                                               \
  if (event->device != device) REFUSE(invalid_handle, #name ": an event of another device");

EXPORT CUresult cuEventRecord(CUevent handle, CUstream stream_handle) {
  ENTER(cuEventRecord, 0)
  EVENT(cuEventRecord, handle)
  Stream* stream = stream_of(stream_handle, device, "cuEventRecord");
  if (!stream) return CUresult(invalid_handle);
  event->recorded = true;
  event->reached = false;
  event->stream = stream;
  stream->queue.push_back([event] {
    event->reached = true;
    event->at = state().clock;
  });
  return CUresult(success);
}

EXPORT CUresult cuEventQuery(CUevent handle) {
  ENTER(cuEventQuery, 0)
  EVENT(cuEventQuery, handle)
  if (!event->recorded) REFUSE(invalid_handle, "cuEventQuery: never recorded");
  if (event->reached) return CUresult(success);
  step(event->stream);
  return CUresult(s.current->failure ? s.current->failure : not_ready);
}

EXPORT CUresult cuEventElapsedTime(float* milliseconds, CUevent from, CUevent to) {
  ENTER(cuEventElapsedTime, 0)
  if (!known(s.events, from) || !known(s.events, to)) REFUSE(invalid_handle, "cuEventElapsedTime: no event");
  auto *first = (Event*)from, *last = (Event*)to;
  if (!first->reached || !last->reached) REFUSE(not_ready, "cuEventElapsedTime: not there yet");
  *milliseconds = float(last->at - first->at);
  return CUresult(success);
}

EXPORT CUresult cuEventDestroy_v2(CUevent handle) {
  ENTER(cuEventDestroy_v2, 0)
  EVENT(cuEventDestroy_v2, handle)
  if (event->recorded && !event->reached) violation("cuEventDestroy_v2 before it was reached");
  s.events.erase(event);
  delete event;
  return CUresult(success);
}

EXPORT CUresult cuLaunchKernel(CUfunction handle, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                               unsigned shared, CUstream stream_handle, void** arguments, void** extra) {
  ENTER(cuLaunchKernel, 0)
  if (!known(s.functions, handle)) REFUSE(invalid_handle, "cuLaunchKernel: no function");
  const auto* function = (Function*)handle;
  if (function->device != device) REFUSE(invalid_handle, "cuLaunchKernel: a function of another device");
  Stream* stream = stream_of(stream_handle, device, "cuLaunchKernel");
  if (!stream) return CUresult(invalid_handle);
  if (gx == 0 || gy != 1 || gz != 1 || bx == 0 || bx > 128 || bx % 32 || by != 1 || bz != 1 || extra)
    REFUSE(invalid_value, "cuLaunchKernel: grid or block");
  if (int(shared) > function->allowed) REFUSE(invalid_value, "cuLaunchKernel: " + text_of(shared) + " bytes of shared memory");
  const auto address = [&](int i) { return *(uint64_t*)arguments[i]; };
  const auto number = [&](int i) { return *(int32_t*)arguments[i]; };
  const Library library = function->module->library;
  // A device that fails while the kernel runs says so later, and from then on.
  const int late = injected("run");
  const int on = device;
  s.log.push_back("launch " + function->name + " device=" + text_of(device) + " blocks=" + text_of(gx) + " shared=" + text_of(shared));
  if (function->name == "lawfit_starts") {
    const uint32_t seed = uint32_t(number(0)), problem = uint32_t(number(1));
    const int first = number(2), count = number(3);
    const uint64_t range = address(4), out = address(5);
    if (int64_t(gx) * bx < count) violation("lawfit_starts: fewer threads than starts");
    stream->queue.push_back([=] {
      if (late) return fail_device(on, late);
      const size_t P = library.parameters;
      auto* low = (const double*)device_memory(on, range, 16 * P, "lawfit_starts: range");
      auto* to = (double*)device_memory(on, out, 8 * P * count, "lawfit_starts: out");
      if (!low || !to) return fail_device(on, illegal_address);
      library.starts(seed, problem, first, count, low, to);
    });
    return CUresult(success);
  }
  if (bx != 128) REFUSE(invalid_value, "cuLaunchKernel: the block has not 128 threads");
  if (int64_t(gx) > int64_t(s.settings.multiprocessors) * s.settings.blocks)
    violation("cuLaunchKernel: more blocks than the device takes at a time");
  const uint64_t requests = address(0), queue = address(2), numbers = address(3), real = address(4), whole = address(5), ended = address(6),
                 draws = address(7);
  const int count = number(1), shared_numbers = number(8);
  const bool warps = function->name == "lawfit_warps";
  const int64_t at_work = int64_t(gx) * (warps ? bx / 32 : bx);
  if (count <= 0 || int(gx) > count) violation("cuLaunchKernel: " + text_of(gx) + " blocks for " + text_of(count) + " requests");
  if (unsigned(8 * shared_numbers) > shared) violation("cuLaunchKernel: less shared memory than the kernel is told");
  if (requests % 8 || numbers % 8 || real % 8 || whole % 4 || ended % 8 || draws % 8) violation("cuLaunchKernel: misaligned addresses");
  stream->queue.push_back([=] {
    if (late) return fail_device(on, late);
    if (library.block)
      return run_block(on, library, warps, bx, shared_numbers, requests, count, numbers, real, whole, ended, draws);
    run_batch(on, library, requests, count, queue, numbers, real, whole, ended, draws, at_work);
  });
  return CUresult(success);
}

EXPORT CUresult cuGetErrorName(CUresult code, const char** text) {
  if (const int failure = injected("cuGetErrorName")) return CUresult(failure);
  static const std::map<int, const char*> names = {
      {2, "CUDA_ERROR_OUT_OF_MEMORY"},   {3, "CUDA_ERROR_NOT_INITIALIZED"},        {46, "CUDA_ERROR_DEVICE_UNAVAILABLE"},
      {100, "CUDA_ERROR_NO_DEVICE"},     {214, "CUDA_ERROR_ECC_UNCORRECTABLE"},    {222, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION"},
      {700, "CUDA_ERROR_ILLEGAL_ADDRESS"}, {719, "CUDA_ERROR_LAUNCH_FAILED"}};
  const auto at = names.find(int(code));
  if (at == names.end()) return CUresult(invalid_value);
  *text = at->second;
  return CUresult(success);
}

EXPORT CUresult cuGetErrorString(CUresult code, const char** text) {
  if (const int failure = injected("cuGetErrorString")) return CUresult(failure);
  static const std::map<int, const char*> sentences = {
      {2, "out of memory"},
      {3, "initialization error"},
      {46, "CUDA-capable device(s) is/are busy or unavailable"},
      {100, "no CUDA-capable device is detected"},
      {214, "uncorrectable ECC error encountered"},
      {222, "the provided PTX was compiled with an unsupported toolchain."},
      {700, "an illegal memory access was encountered"},
      {719, "unspecified launch failure"}};
  const auto at = sentences.find(int(code));
  if (at == sentences.end()) return CUresult(invalid_value);
  *text = at->second;
  return CUresult(success);
}
