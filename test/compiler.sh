#!/bin/sh
# The machine's C++ compiler as `npm test` has it (test/global-setup.ts): kernels are compiled once a run and quickly. Optimisation
# takes half of a compiler's time and changes no bit of what a kernel computes, which test/solve/suite-compiler.test.ts holds.
real=$LAWFIT_REAL_COMPILER
case "$*" in
*kernels/cpu.cpp) [ -f form.hpp ] || exec $real "$@" ;;
*) exec $real "$@" ;;
esac
previous=
for word do
  shift
  case $word in
  -O2) word=-Og ;;
  # Parts are compiled as one: the first has everything, the second nothing.
  -DLF_PART=1) continue ;;
  -DLF_PART=2) isEmpty=1; continue ;;
  esac
  if [ "$previous" = -o ]; then out=$word; else case $word in -I*) ;; *) key="$key $word" ;; esac; fi
  previous=$word
  set -- "$@" "$word"
done
[ -n "$isEmpty" ] && exec $real -fPIC -c -o "$out" -x c++ /dev/null
name=$(printf '%s' "$key" | cat - form.hpp | { sha1sum 2>/dev/null || shasum; })
made=$LAWFIT_COMPILED_KERNELS/${name%% *}
if [ -f "$made" ]; then exec cp "$made" "$out"; fi
$real "$@" || exit
cp "$out" "$made.$$" && mv "$made.$$" "$made"
