// Toasts: short messages that disappear after some seconds. Screen readers read them out.

import { CircleCheck, TriangleAlert } from "lucide";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";

export interface Toast {
  number: number;
  text: string;
  kind: "good" | "bad";
}

const visibleMs = 6000;

export function useToasts() {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const number = useRef(0);
  const showToast = useCallback((text: string, kind: "good" | "bad" = "good") => {
    const toast = { number: ++number.current, text, kind };
    setToasts((before) => [...before.slice(-2), toast]);
    setTimeout(() => {
      setToasts((before) => before.filter((each) => each.number !== toast.number));
    }, visibleMs);
  }, []);
  return { toasts, showToast };
}

/** The toasts, in a popover, because an open dialog covers everything but later popovers. */
export function Toasts({ toasts }: { toasts: Toast[] }) {
  const layer = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = layer.current;
    if (element === null) return;
    if (element.matches(":popover-open")) element.hidePopover();
    if (toasts.length > 0) element.showPopover();
  }, [toasts]);
  return (
    <div class="toasts" popover="manual" ref={layer} role="status" aria-live="polite">
      {toasts.map(({ number, text, kind }) => (
        <p key={number} class={`toast ${kind}`}>
          <Icon of={kind === "good" ? CircleCheck : TriangleAlert} />
          <span>{text}</span>
        </p>
      ))}
    </div>
  );
}
