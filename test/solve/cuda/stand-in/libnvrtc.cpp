// A stand-in for libnvrtc: takes sources and headers as the real one does and checks what it is given. Its "PTX" is a
// list of the options and header names; sources that include what is not among the headers do not compile.
#include <dlfcn.h>

#include <cstdio>
#include <cstring>
#include <map>
#include <sstream>
#include <string>

namespace {

enum { success = 0, invalid_input = 3, invalid_program = 4, invalid_option = 5, compilation = 6 };

struct Program {
  std::string source, log, ptx;
  std::map<std::string, std::string> headers;
};

int live = 0, compiled = 0;

// Every #include "..." outside of comments must name a header.
bool resolve(Program& program, const std::string& name, const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    char wanted[256];
    if (std::sscanf(line.c_str(), "#include \"%255[^\"]\"", wanted) != 1) continue;
    // As a compiler resolves it: the name itself, because all headers lie in one virtual folder.
    if (program.headers.count(wanted)) continue;
    program.log = name + ": catastrophic error: cannot open source file \"" + wanted + "\"\n";
    return false;
  }
  return true;
}

}  // namespace

extern "C" {

const char* nvrtcGetErrorString(int status) {
  return status == success ? "NVRTC_SUCCESS" : status == compilation ? "NVRTC_ERROR_COMPILATION" : "NVRTC_ERROR_OF_STAND_IN";
}

int nvrtcVersion(int* major, int* minor) {
  *major = 12;
  *minor = 9;
  return success;
}

int nvrtcGetNumSupportedArchs(int* count) {
  *count = 3;
  return success;
}

int nvrtcGetSupportedArchs(int* numbers) {
  numbers[0] = 75;
  numbers[1] = 80;
  numbers[2] = 90;
  return success;
}

int nvrtcCreateProgram(void** program, const char* source, const char* name, int count, const char** headers, const char** names) {
  if (!program || !source || !name || count < 1) return invalid_input;
  Program* made = new Program;
  made->source = source;
  for (int i = 0; i < count; ++i) made->headers[names[i]] = headers[i];
  *program = made;
  ++live;
  return success;
}

int nvrtcCompileProgram(void* handle, int count, const char** options) {
  if (!handle) return invalid_program;
  Program& program = *static_cast<Program*>(handle);
  // The real one looks its other library up by its plain name, when it compiles.
  void* builtins = dlopen("libnvrtc-builtins.so.99.0", RTLD_LAZY | RTLD_NOLOAD);
  if (!builtins) {
    program.log = "nvrtc: error: failed to open libnvrtc-builtins.so.99.0.\n";
    return compilation;
  }
  dlclose(builtins);
  std::ostringstream ptx;
  ptx << ".version 8.8\n.target sm_90\n// live programs: " << live << "\n// compilation " << ++compiled << "\n";
  for (int i = 0; i < count; ++i) ptx << "// option " << options[i] << "\n";
  if (!resolve(program, "cuda.cu", program.source)) return compilation;
  for (const auto& [name, text] : program.headers) {
    ptx << "// header " << name << "\n";
    // Lanes of processors are not reached on a GPU; they include what it has not.
    if (name.rfind("lanes/", 0) == 0 && name != "lanes/scalar.hpp") continue;
    if (text.find("#error") != std::string::npos) {
      program.log = name + "(1): error: as the form asks\n\n1 error detected in the compilation of \"cuda.cu\".\n";
      return compilation;
    }
    if (!resolve(program, name, text)) return compilation;
  }
  program.ptx = ptx.str();
  return success;
}

int nvrtcGetPTXSize(void* program, size_t* size) {
  *size = static_cast<Program*>(program)->ptx.size() + 1;
  return success;
}

int nvrtcGetPTX(void* program, char* ptx) {
  std::strcpy(ptx, static_cast<Program*>(program)->ptx.c_str());
  return success;
}

int nvrtcGetProgramLogSize(void* program, size_t* size) {
  *size = static_cast<Program*>(program)->log.size() + 1;
  return success;
}

int nvrtcGetProgramLog(void* program, char* log) {
  std::strcpy(log, static_cast<Program*>(program)->log.c_str());
  return success;
}

int nvrtcDestroyProgram(void** program) {
  if (!*program) return invalid_program;
  delete static_cast<Program*>(*program);
  *program = nullptr;
  --live;
  return success;
}

}  // extern "C"
