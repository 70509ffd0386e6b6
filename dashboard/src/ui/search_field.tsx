// A search field. It reports what was typed when nothing more was typed for a moment.

import { Search } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { useDraft } from "./draft.ts";
import { Icon } from "./icon.tsx";

interface SearchProps {
  label: string;
  placeholder: string;
  /** What is searched for now. */
  value: string;
  onSearch: (text: string) => void;
  /** How long nothing must be typed, in milliseconds. */
  delayMs?: number;
}

/** Long enough for a search by the dispatcher not to be made for every letter. */
export const typingMs = 250;

export function SearchField({ label, placeholder, value, onSearch, delayMs = 0 }: SearchProps) {
  const { text, setText, reported } = useDraft(value);
  // The function of the moment at which it is called, since another filter may change meanwhile.
  const latest = useRef(onSearch);
  latest.current = onSearch;
  useEffect(() => {
    if (text.trim() === reported.current) return undefined;
    const timer = setTimeout(() => {
      reported.current = text.trim();
      latest.current(reported.current);
    }, delayMs);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div class="search">
      <Icon of={Search} />
      <input
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={text}
        data-search
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </div>
  );
}
