/**
 * A mistake in what the user gave us: a file, a row, an option; or a machine that cannot do it: a full disk, no backend, a kernel
 * that computes wrongly. The message says what is wrong, where,
 * the value that was found and what is allowed. The command line prints it as one line and exits with 2.
 */
export class UserError extends Error {
  override name = "UserError";
}

/** A text of a user's as a message shows it: long ones by their beginning. */
export function shortened(text: string): string {
  const most = 200;
  return text.length > most ? `${text.slice(0, most)}...` : text;
}
