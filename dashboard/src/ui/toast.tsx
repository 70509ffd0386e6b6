// Short words on what has just happened, read out politely.

import { CircleCheck, TriangleAlert } from "lucide";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";

export interface Toast {
  number: number;
  text: string;
  kind: "good" | "bad";
}

const stayMs = 6000;

export function useToasts() {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const number = useRef(0);
  const say = useCallback((text: string, kind: "good" | "bad" = "good") => {
    const toast = { number: ++number.current, text, kind };
    setToasts((before) => [...before.slice(-2), toast]);
    setTimeout(() => {
      setToasts((before) => before.filter((each) => each.number !== toast.number));
    }, stayMs);
  }, []);
  return { toasts, say };
}

/** A dialog covers all but itself, so the toasts stand in a layer of their own above it. */
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
