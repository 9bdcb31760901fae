const TOKEN =
  /\s*(?:([{}[\],:])|"(?:[^"\\\p{Cc}]|\\.)*"|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])|(?:true|false|null)\b))/uy;

/** What may come next. */
type Expected = "value" | "value or ]" | "key" | "key or }" | ":" | ", or end" | "nothing";

/**
 * Place of the first character of a text that JSON does not allow there; the length of the text where it ends too early. The engine's own
 * messages do not always say it.
 */
export function mistakeIn(text: string): number {
  const length = text.trimEnd().length;
  const open: string[] = [];
  let expected: Expected = "value";
  let at = 0;
  while (at < length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    const start = at + (/^\s*/.exec(text.slice(at, at + 4096))?.[0].length ?? 0);
    // A text that goes on to the end has been cut.
    if (match === null) return text[start] === '"' && !/["\n]/.test(text.slice(start + 1)) ? length : start;
    const [, sign, scalar] = match;
    const next = afterToken(sign ?? (scalar === undefined ? "text" : "scalar"), expected, open);
    if (next === undefined) return start;
    expected = next;
    at = TOKEN.lastIndex;
  }
  return length;
}

/** What may come after a token; undefined where it may not stand there. */
function afterToken(token: string, expected: Expected, open: string[]): Expected | undefined {
  const ended = (): Expected => (open.length === 0 ? "nothing" : ", or end");
  const isValue = expected === "value" || expected === "value or ]";
  if (token === "{" || token === "[") {
    if (!isValue) return undefined;
    open.push(token);
    return token === "{" ? "key or }" : "value or ]";
  }
  if (token === "}" || token === "]") {
    const isEmpty = expected === (token === "}" ? "key or }" : "value or ]");
    if (!isEmpty && expected !== ", or end") return undefined;
    if (open.pop() !== (token === "}" ? "{" : "[")) return undefined;
    return ended();
  }
  if (token === ",") return expected !== ", or end" ? undefined : open.at(-1) === "{" ? "key" : "value";
  if (token === ":") return expected === ":" ? "value" : undefined;
  if (token === "text" && (expected === "key" || expected === "key or }")) return ":";
  return isValue ? ended() : undefined;
}
