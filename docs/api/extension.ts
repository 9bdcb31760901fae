import assert from "node:assert/strict";
import { getForm, methods, UserError, version } from "lawfit";

// #region methods
const ladder = methods.get("ladder")!;
assert(ladder.axes.some(({ name }) => name === "link"));
// #endregion methods

// #region UserError
// Every mistake of the input is one line with what is allowed.
try {
  getForm("chinchila");
} catch (error) {
  assert(
    error instanceof UserError &&
      error.message.includes('did you mean "chinchilla"?'),
  );
}
// #endregion UserError

// #region version
assert.match(version, /^\d+\.\d+\.\d+/);
// #endregion version
