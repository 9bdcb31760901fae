// The solver: bounded, damped, robust, lanes at once, each lane a fit of its own.
//
// One round for a lane: evaluate the trial point; take it if the objective falls; choose damping lambda and
// blend mu; solve (M + lambda*D) s = -g on the parameters that are not held by a bound; cap the step; bend it
// along the form's valley; put it into the box. Three things make it quick and sure on scaling laws:
//
// - Damping in centred coordinates. In exp(a - alpha*ln N) the level a and the slope alpha are nearly collinear
//   because ln N is far from 0; D is diagonal in the coordinates where ln N is centred. The bounds stay in
//   the user's coordinates.
// - A cap: no exponent changes by more than 1 in a step at any point, because longer steps land on plateaus
//   where a term has vanished.
// - A curved update. Along the valley alpha-A-E the loss is nearly constant but the valley bends; the step is
//   taken so that each term's slope and the sum of the terms at the centre change as the linear model says
//   (level and offset follow from slope and exponent) instead of along a straight line.
//
// Everything here is arithmetic on lanes without branches: the same text is one thread's work on a GPU.
#pragma once
#include "judge.hpp"
#include "step.hpp"
