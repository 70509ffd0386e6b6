// JSON as text. Parsing would round long numbers (9223372036854775807 becomes …6000) and drop
// members that are there twice, so what people read and send is made from the text itself.

/** The parts of a JSON text: strings, punctuation, and numbers or words. Blanks are between. */
const parts = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

const isOpening = (part: string) => part === "{" || part === "[";
const isClosing = (part: string) => part === "}" || part === "]";

/** Whether a text is JSON. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Indents JSON without changing a digit. Returns other text as it is. */
export function pretty(text: string): string {
  if (!isJson(text)) return text;
  const found = text.match(parts) ?? [];
  let depth = 0;
  let out = "";
  const line = () => `\n${"  ".repeat(depth)}`;
  for (const [index, part] of found.entries()) {
    const next = found[index + 1] ?? "";
    if (isOpening(part)) {
      out += part;
      if (isClosing(next)) continue;
      depth += 1;
      out += line();
    } else if (isClosing(part)) {
      if (!isOpening(found[index - 1] ?? "")) {
        depth -= 1;
        out += line();
      }
      out += part;
    } else if (part === ",") {
      out += `,${line()}`;
    } else {
      out += part === ":" ? ": " : part;
    }
  }
  return out;
}

interface Span {
  start: number;
  end: number;
}

/** Returns where the values of the members of an object or the elements of an array stand. */
function childrenOf(text: string): { name: string; value: Span }[] {
  const children: { name: string; value: Span }[] = [];
  let depth = 0;
  let [name, start, end] = ["", -1, -1];
  const close = () => {
    if (start >= 0) children.push({ name, value: { start, end } });
    [name, start] = ["", -1];
  };
  for (const { 0: part, index } of text.matchAll(parts)) {
    if (isClosing(part)) depth -= 1;
    if (depth === 0 && isClosing(part)) close();
    else if (depth === 1 && part === ",") close();
    else if (depth === 1 && part === ":") {
      name = String(JSON.parse(text.slice(start, end)));
      start = -1;
    } else if (depth >= 1) {
      if (start < 0) start = index;
      end = index + part.length;
    }
    if (isOpening(part)) depth += 1;
  }
  return children;
}

/** Returns the members of a JSON object as texts. If a name is there twice, the last counts. */
export const members = (text: string): Map<string, string> =>
  new Map(childrenOf(text).map(({ name, value }) => [name, text.slice(value.start, value.end)]));

/** Returns the elements of a JSON array as texts. */
export const elements = (text: string): string[] =>
  childrenOf(text).map(({ value }) => text.slice(value.start, value.end));

/** Puts another value in place of a member of a JSON object. All else stays as it is written. */
export function withMember(text: string, name: string, value: string): string {
  const found = childrenOf(text).findLast((each) => each.name === name);
  if (found === undefined) return text;
  return text.slice(0, found.value.start) + value + text.slice(found.value.end);
}
