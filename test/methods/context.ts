import { getForm } from "../../src/forms/registry.ts";
import type { AxisContext } from "../../src/methods/axis.ts";

/** The built-in forms alone. */
export const context: AxisContext = { form: (name) => getForm(name) };
