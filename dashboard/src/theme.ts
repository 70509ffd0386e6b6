// The light or dark theme: that of the system, unless the user has chosen one.

import { lastingStorage } from "./storage.ts";

const storageKey = "theme";

export type Theme = "light" | "dark";

export const currentTheme = (): Theme =>
  (document.documentElement.dataset["theme"] as Theme | undefined) ?? systemTheme();

const systemTheme = (): Theme =>
  matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";

export function restoreTheme(): void {
  const stored = lastingStorage.getItem(storageKey);
  if (stored === "light" || stored === "dark") document.documentElement.dataset["theme"] = stored;
}

export function switchTheme(): void {
  const theme: Theme = currentTheme() === "dark" ? "light" : "dark";
  document.documentElement.dataset["theme"] = theme;
  if (theme === systemTheme()) lastingStorage.removeItem(storageKey);
  else lastingStorage.setItem(storageKey, theme);
  dispatchEvent(new Event("themechange"));
}

/** Calls `listener` when the user or the system changes the theme. Returns a function to stop. */
export function onThemeChange(listener: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  addEventListener("themechange", listener);
  system.addEventListener("change", listener);
  return () => {
    removeEventListener("themechange", listener);
    system.removeEventListener("change", listener);
  };
}
