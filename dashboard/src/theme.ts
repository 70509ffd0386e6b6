// Light or dark: as the system has it, unless the user chose.

const place = "theme";

export type Theme = "light" | "dark";

export const chosenTheme = (): Theme =>
  (document.documentElement.dataset["theme"] as Theme | undefined) ?? systemTheme();

const systemTheme = (): Theme =>
  matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";

export function restoreTheme(): void {
  const stored = localStorage.getItem(place);
  if (stored === "light" || stored === "dark") document.documentElement.dataset["theme"] = stored;
}

export function switchTheme(): void {
  const theme: Theme = chosenTheme() === "dark" ? "light" : "dark";
  document.documentElement.dataset["theme"] = theme;
  if (theme === systemTheme()) localStorage.removeItem(place);
  else localStorage.setItem(place, theme);
  dispatchEvent(new Event("themechange"));
}

/** Calls when the colours change, by the user or by the system. */
export function onThemeChange(act: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  addEventListener("themechange", act);
  system.addEventListener("change", act);
  return () => {
    removeEventListener("themechange", act);
    system.removeEventListener("change", act);
  };
}
