// Form fields: a label, the input, a hint, and errors.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { readTime, zoneName } from "../format.ts";

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  errors?: string[] | undefined;
  children: (attributes: FieldAttributes) => ComponentChildren;
}

export interface FieldAttributes {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean | undefined;
}

export function Field({ label, hint, errors, children }: FieldProps) {
  const id = useId();
  const [hintId, errorId] = [`${id}-hint`, `${id}-error`];
  const isWrong = errors !== undefined && errors.length > 0;
  const describedBy = [hint === undefined ? "" : hintId, isWrong ? errorId : ""].join(" ").trim();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        "aria-describedby": describedBy === "" ? undefined : describedBy,
        "aria-invalid": isWrong || undefined,
      })}
      {isWrong && (
        <p class="error" id={errorId}>
          {errors.join(" ")}
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
  errors?: string[] | undefined;
  type?: "text" | "url" | "password" | "number" | "search" | "datetime-local";
  placeholder?: string;
  required?: boolean;
  autofocus?: boolean;
  autocomplete?: string;
}

export function TextField(props: InputProps) {
  const { label, hint, errors, value, onInput, type = "text", autofocus, ...rest } = props;
  return (
    <Field label={label} hint={hint} errors={errors}>
      {(attributes) => (
        <input
          {...attributes}
          {...rest}
          // The cast: the types allow some attributes only with a literal `type`.
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

/** The form of a time that `readTime` reads, as an example. */
const timeForm = "2026-11-27 14:30";

interface TimeProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: string;
  errors?: string[] | undefined;
}

/** A time as text: the browser's own field shows 12 hours to some, and names no zone to anybody. */
export function TimeField({ label, value, onInput, hint = "", errors }: TimeProps) {
  const isWrong = value.trim() !== "" && readTime(value) === undefined;
  return (
    <TextField
      label={label}
      value={value}
      onInput={onInput}
      placeholder={timeForm}
      hint={`In the time zone ${zoneName(Date.now())}, like ${timeForm}. ${hint}`.trim()}
      errors={isWrong ? [`Write it like ${timeForm}.`] : errors}
    />
  );
}

interface SelectProps {
  label: string;
  value: string;
  options: [value: string, text: string][];
  onChange: (value: string) => void;
  hint?: ComponentChildren;
  errors?: string[] | undefined;
}

export function SelectField({ label, value, options, onChange, hint, errors }: SelectProps) {
  return (
    <Field label={label} hint={hint} errors={errors}>
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

interface AreaProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  rows: number;
  hint?: ComponentChildren;
  errors?: string[] | undefined;
  placeholder?: string;
}

/** A field for JSON or other text of several lines. */
export function AreaField({ label, value, onInput, hint, errors, ...rest }: AreaProps) {
  return (
    <Field label={label} hint={hint} errors={errors}>
      {(attributes) => (
        <textarea
          {...attributes}
          {...rest}
          value={value}
          spellcheck={false}
          autocapitalize="off"
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
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
