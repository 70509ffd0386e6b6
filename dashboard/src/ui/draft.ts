// The text of a field whose page takes it over a moment after it was typed.

import { useEffect, useRef, useState } from "preact/hooks";

interface Draft {
  text: string;
  setText: (text: string) => void;
  /** What the page was told last. Set it with each report. */
  reported: { current: string };
}

/** `value` is what the page has now. It replaces the text only if it is news to the field: what
 * the field itself reported comes back later, and must not replace what was typed since. */
export function useDraft(value: string): Draft {
  const [text, setText] = useState(value);
  const reported = useRef(value);
  useEffect(() => {
    if (value === reported.current) return;
    reported.current = value;
    setText(value);
  }, [value]);
  return { text, setText, reported };
}
