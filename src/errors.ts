/**
 * A mistake in what the user gave us: a file, a row, an option. The message says what is wrong, where,
 * the value that was found and what is allowed. The command line prints it as one line and exits with 2.
 */
export class UserError extends Error {
  override name = "UserError";
}
