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
  case $previous in
  -o) out=$word ;;
  *)
    case $word in
    -o | -c) ;;
    # A library is linked from the object that a library of parts has too.
    -shared) isShared=1 ;;
    # Parts are compiled as one: the first has everything, the second nothing.
    -DLF_PART=1) ;;
    -DLF_PART=2) isEmpty=1 ;;
    *)
      [ "$word" = -O2 ] && word=-Og
      case $word in -I*) ;; *) key="$key $word" ;; esac
      set -- "$@" "$word"
      ;;
    esac
    ;;
  esac
  previous=$word
done
[ -n "$isEmpty" ] && exec $real -fPIC -c -o "$out" -x c++ /dev/null
name=$(printf '%s' "$key" | cat - form.hpp | { sha1sum 2>/dev/null || shasum; })
made=$LAWFIT_COMPILED_KERNELS/${name%% *}
if [ ! -f "$made" ]; then
  $real "$@" -c -o "$out.o" || exit
  mv "$out.o" "$made"
fi
[ -z "$isShared" ] && exec cp "$made" "$out"
exec $real -fPIC -shared -o "$out" -x none "$made"
