// Fields of forms: a label, the input, a hint, and what is wrong with it.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  faults?: string[] | undefined;
  children: (attributes: FieldAttributes) => ComponentChildren;
}

export interface FieldAttributes {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean | undefined;
}

export function Field({ label, hint, faults, children }: FieldProps) {
  const id = useId();
  const [hintId, faultId] = [`${id}-hint`, `${id}-fault`];
  const isWrong = faults !== undefined && faults.length > 0;
  const describedBy = [hint === undefined ? "" : hintId, isWrong ? faultId : ""].join(" ").trim();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        "aria-describedby": describedBy === "" ? undefined : describedBy,
        "aria-invalid": isWrong || undefined,
      })}
      {isWrong && (
        <p class="fault" id={faultId}>
          {faults.join(" ")}
        </p>
      )}
      {hint !== undefined && (
        <p class="hint" id={hintId}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface InputProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: ComponentChildren;
  faults?: string[] | undefined;
  type?: "text" | "url" | "password" | "number" | "search" | "datetime-local";
  placeholder?: string;
  required?: boolean;
  autofocus?: boolean;
  autocomplete?: string;
}

export function TextField(props: InputProps) {
  const { label, hint, faults, value, onInput, type = "text", autofocus, ...rest } = props;
  return (
    <Field label={label} hint={hint} faults={faults}>
      {(attributes) => (
        <input
          {...attributes}
          {...rest}
          // Which attributes go with which type is checked where the type is written down.
          {...({ type } as object)}
          value={value}
          data-autofocus={autofocus}
          spellcheck={false}
          autocomplete={props.autocomplete ?? "off"}
          autocapitalize="off"
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface SelectProps {
  label: string;
  value: string;
  options: [value: string, text: string][];
  onChange: (value: string) => void;
  hint?: ComponentChildren;
  faults?: string[] | undefined;
}

export function SelectField({ label, value, options, onChange, hint, faults }: SelectProps) {
  return (
    <Field label={label} hint={hint} faults={faults}>
      {(attributes) => (
        <Select {...attributes} value={value} options={options} onChange={onChange} />
      )}
    </Field>
  );
}

interface BareSelectProps {
  id?: string;
  value: string;
  options: [value: string, text: string][];
  onChange: (value: string) => void;
  "aria-label"?: string;
}

export function Select({ value, options, onChange, ...rest }: BareSelectProps) {
  return (
    <select {...rest} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      {options.map(([key, text]) => (
        <option key={key} value={key} selected={key === value}>
          {text}
        </option>
      ))}
    </select>
  );
}

interface CheckProps {
  label: string;
  hint?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

export function CheckField({ label, hint, checked, onChange }: CheckProps) {
  const id = useId();
  return (
    <div class="check">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <div>
        <label for={id}>{label}</label>
        {hint !== undefined && (
          <p class="hint" id={`${id}-hint`}>
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
