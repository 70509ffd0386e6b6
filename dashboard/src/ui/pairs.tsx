// Rows of a name and a value: headers, metadata.

import { Plus, X } from "lucide";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { isTwice, type NameOf, type Pair, trimmed } from "../pairs.ts";
import { Button, IconButton } from "./button.tsx";

interface PairsProps {
  legend: string;
  /** What a row is, as in "Add a header". */
  noun: string;
  pairs: Pair[];
  onChange: (pairs: Pair[]) => void;
  nameOf?: NameOf;
  hint?: string;
  errors: string[] | undefined;
}

export function Pairs(props: PairsProps) {
  const { legend, noun, pairs, onChange, nameOf = trimmed, hint, errors } = props;
  const id = useId();
  const rows = useRef<HTMLFieldSetElement>(null);
  const hasAdded = useRef(false);
  // The row that was just added is the next thing to be filled in.
  useLayoutEffect(() => {
    if (!hasAdded.current) return;
    hasAdded.current = false;
    rows.current?.querySelector<HTMLElement>(".pair-line:last-of-type input")?.focus();
  }, [pairs.length]);
  const set = (index: number, change: Partial<Pair>) =>
    onChange(pairs.map((each, other) => (other === index ? { ...each, ...change } : each)));
  return (
    <fieldset
      ref={rows}
      class="pairs"
      aria-describedby={errors === undefined ? undefined : `${id}-error`}
    >
      <legend>{legend}</legend>
      {hint !== undefined && <p class="hint">{hint}</p>}
      {pairs.map((pair, index) => (
        <div class="pair-line" key={pair.key}>
          <input
            aria-label={`Name of ${noun} ${index + 1}`}
            placeholder="Name"
            value={pair.name}
            spellcheck={false}
            aria-invalid={isTwice(pairs, pair, nameOf) || undefined}
            onInput={(event) => set(index, { name: event.currentTarget.value })}
          />
          <input
            aria-label={`Value of ${noun} ${index + 1}`}
            placeholder="Value"
            value={pair.value}
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => set(index, { value: event.currentTarget.value })}
          />
          <IconButton
            icon={X}
            label={`Remove ${noun} ${index + 1}`}
            onClick={() => onChange(pairs.filter((_, other) => other !== index))}
          />
        </div>
      ))}
      <Button
        look="bare"
        icon={Plus}
        onClick={() => {
          hasAdded.current = true;
          onChange([...pairs, { key: crypto.randomUUID(), name: "", value: "" }]);
        }}
      >
        {`Add a ${noun}`}
      </Button>
      {errors !== undefined && (
        <p class="error" id={`${id}-error`} role="alert">
          {errors.join(" ")}
        </p>
      )}
    </fieldset>
  );
}
