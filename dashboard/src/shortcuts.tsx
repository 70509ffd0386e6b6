// Keyboard shortcuts. The user can switch them off.

import { useEffect, useState } from "preact/hooks";
import { lastingStorage } from "./storage.ts";
import { Dialog } from "./ui/dialog.tsx";
import { CheckField } from "./ui/field.tsx";
import { go } from "./use_route.ts";

const storageKey = "shortcuts";
const areOn = () => lastingStorage.getItem(storageKey) !== "off";

const keys: [keys: string[], what: string][] = [
  [["J"], "Next row"],
  [["K"], "Row before"],
  [["Enter"], "Open the row"],
  [["/"], "Search or filter"],
  [["N"], "New webhook"],
  [["P"], "Publish a test event"],
  [["W"], "All webhooks"],
  [["Esc"], "Close what is open"],
  [["?"], "This list"],
];

export function useShortcuts({ help }: { help: () => void }) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !areOn()) return;
      if (isTyping(event.target) || document.querySelector("dialog[open]") !== null) return;
      const command = commandOf(event.key, help);
      if (command === undefined) return;
      event.preventDefault();
      command();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

function commandOf(key: string, help: () => void): (() => void) | undefined {
  switch (key) {
    case "?":
      return help;
    case "/":
      return () => document.querySelector<HTMLElement>("[data-search]")?.focus();
    case "n":
      return () => go({ page: "webhooks" }, new URLSearchParams({ new: "1" }));
    case "p":
      return () => go({ page: "events" });
    case "w":
      return () => go({ page: "webhooks" });
    case "j":
      return () => moveRow(1);
    case "k":
      return () => moveRow(-1);
    default:
      return undefined;
  }
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.matches("input, textarea, select");

function moveRow(by: 1 | -1) {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  const index = rows.findIndex((row) => row === document.activeElement);
  const next = index === -1 ? rows[0] : rows[index + by];
  next?.focus();
}

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const [isOn, setOn] = useState(areOn);
  const change = (checked: boolean) => {
    lastingStorage.setItem(storageKey, checked ? "on" : "off");
    setOn(checked);
  };
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl class="keys">
        {keys.map(([names, what]) => (
          <div key={what}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <CheckField label="Use keyboard shortcuts" checked={isOn} onChange={change} />
    </Dialog>
  );
}
