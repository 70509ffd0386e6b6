// A dialog, with the browser's `<dialog>`: it keeps the focus, and Escape calls `onClose`.
//
// Only the parent closes it. Browsers close a dialog at the second Escape in a row, whatever the
// page says, unless the key itself is taken from them.

import { X } from "lucide";
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { IconButton } from "./button.tsx";

interface DialogProps {
  title: string;
  children: ComponentChildren;
  onClose: () => void;
  /** A sheet is at the side, so the page beside it stays visible. */
  look?: "window" | "sheet";
  /** Content beside the title. */
  aside?: ComponentChildren;
  /** Called for each key, unless an input field has the focus. */
  onKey?: (key: string) => void;
}

export function Dialog(props: DialogProps) {
  const { title, children, onClose, look = "window", aside, onKey } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const closing = useRef(false);
  const titleId = useId();
  // Before anything else happens, so that no key that follows goes elsewhere.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element === null) return undefined;
    const before = document.activeElement;
    element.showModal();
    const first = element.querySelector<HTMLElement>("[data-autofocus]");
    (first ?? element.querySelector<HTMLElement>("h2"))?.focus();
    return () => {
      closing.current = true;
      element.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`dialog ${look}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClose={() => {
        const element = dialog.current;
        if (element === null || closing.current) return;
        element.showModal();
        onClose();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.preventDefault();
          onClose();
          return;
        }
        const isField = event.target instanceof Element && event.target.matches("input, textarea");
        if (!isField && !event.ctrlKey && !event.metaKey && !event.altKey) onKey?.(event.key);
      }}
      // A click beside a sheet closes it, but not a window, whose form would be lost.
      onMouseDown={(event) => {
        if (look === "sheet" && event.target === dialog.current) onClose();
      }}
    >
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 id={titleId} tabIndex={-1}>
            {title}
          </h2>
          <div class="dialog-aside">
            {aside}
            <IconButton icon={X} label="Close" onClick={onClose} />
          </div>
        </header>
        {children}
      </div>
    </dialog>
  );
}
