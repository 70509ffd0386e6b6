// Buttons: with text, with an icon, a choice of several, and one that copies text.

import { Check, Copy, type IconNode } from "lucide";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useApp } from "../context.ts";
import { Icon } from "./icon.tsx";

interface ButtonProps {
  children: ComponentChildren;
  icon?: IconNode;
  look?: "primary" | "danger" | "plain" | "bare";
  type?: "button" | "submit";
  isBusy?: boolean;
  disabled?: boolean;
  onClick?: () => void;
  autofocus?: boolean;
  title?: string;
}

export function Button(props: ButtonProps) {
  const { children, icon, look = "plain", type = "button", isBusy = false, autofocus } = props;
  return (
    <button
      type={type}
      class={`button ${look}`}
      // Not `disabled`, because a disabled button would lose the focus.
      aria-disabled={isBusy || undefined}
      disabled={props.disabled}
      title={props.title}
      data-autofocus={autofocus}
      onClick={(event) => {
        if (isBusy) event.preventDefault();
        else props.onClick?.();
      }}
    >
      {isBusy ? <span class="spinner" aria-hidden="true" /> : icon && <Icon of={icon} />}
      <span>{children}</span>
    </button>
  );
}

interface IconButtonProps {
  icon: IconNode;
  label: string;
  onClick: () => void;
  disabled?: boolean;
}

export function IconButton({ icon, label, onClick, disabled }: IconButtonProps) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      onClick={onClick}
      disabled={disabled}
    >
      <Icon of={icon} />
    </button>
  );
}

interface SegmentsProps<T extends string> {
  label: string;
  value: T;
  options: [value: T, text: string][];
  onChange: (value: T) => void;
}

/** A choice of one option out of a few. */
export function Segments<T extends string>({ label, value, options, onChange }: SegmentsProps<T>) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {options.map(([key, text]) => (
        <button key={key} type="button" aria-pressed={key === value} onClick={() => onChange(key)}>
          {text}
        </button>
      ))}
    </div>
  );
}

const copiedMs = 1500;

/** Copies texts. `isDone` is true for a moment afterwards. */
export function useCopy(onCopied: () => void = () => undefined) {
  const { showToast } = useApp();
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return undefined;
    const timer = setTimeout(() => setDone(false), copiedMs);
    return () => clearTimeout(timer);
  }, [isDone]);
  const copy = async (text: string) => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
      onCopied();
    } catch {
      showToast("The browser did not allow copying. Select the text and copy it.", "bad");
    }
  };
  return { isDone, copy };
}

/** A small button that copies a text. `label` names the text. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const { isDone, copy } = useCopy();
  return (
    <button
      type="button"
      class="icon-button small"
      aria-label={isDone ? "Copied" : label}
      title={label}
      onClick={() => void copy(text)}
    >
      <Icon of={isDone ? Check : Copy} size={14} />
    </button>
  );
}

interface CopyTextProps {
  text: string;
  label: string;
  look?: "primary" | "plain" | "bare";
  autofocus?: boolean;
  onCopied?: () => void;
}

/** A button with a text that copies another one. */
export function CopyTextButton({ text, label, look = "plain", ...rest }: CopyTextProps) {
  const { isDone, copy } = useCopy(rest.onCopied);
  return (
    <Button
      look={look}
      icon={isDone ? Check : Copy}
      onClick={() => void copy(text)}
      {...(rest.autofocus === undefined ? {} : { autofocus: rest.autofocus })}
    >
      {isDone ? "Copied" : label}
    </Button>
  );
}
