// The vector instructions of x86. GCC takes a second to read the whole of <immintrin.h>, which was a third of the time that a kernel
// took to compile: of GCC only the parts that the lanes use are read. They ask for the name that <immintrin.h> defines.
#pragma once
#if defined(__GNUC__) && __GNUC__ >= 9 && __GNUC__ < 16 && !defined(__clang__) && !defined(__INTEL_COMPILER)
#ifndef _IMMINTRIN_H_INCLUDED
#define _IMMINTRIN_H_INCLUDED
#include <smmintrin.h>

#include <avxintrin.h>

#include <avx2intrin.h>
#include <fmaintrin.h>
#if defined(LF_AVX512)
#include <avx512fintrin.h>

#include <avx512dqintrin.h>
#endif
#endif
#else
#include <immintrin.h>
#endif
