// The look of the platform, which the page of a portal carries: its name, its logo, its colour.

export interface Look {
  name?: string;
  /** The address of an image. */
  logo?: string;
  /** `#` and six hexadecimal digits. */
  color?: string;
}

/** Reads the look from the page. A page without one has that of this product. */
export function lookOf(page: Document): Look {
  const element = page.querySelector<HTMLMetaElement>('meta[name="look"]');
  if (element === null) return {};
  try {
    return JSON.parse(element.content) as Look;
  } catch {
    return {};
  }
}

/** Colours the page. Without a colour it keeps its own. */
export function applyColor(color: string | undefined, root: HTMLElement): void {
  if (color === undefined || !/^#[0-9a-f]{6}$/i.test(color)) return;
  const { light, dark } = accentsOf(color);
  root.style.setProperty("--accent-light", light);
  root.style.setProperty("--accent-dark", dark);
  root.dataset["look"] = "";
}

/**
 * Returns the colour for the light and the dark theme, as little changed as possible: the first has
 * a contrast of 4.5 to white, also under white text; the second to the surfaces of the dark theme.
 */
export function accentsOf(color: string): { light: string; dark: string } {
  return {
    light: mixedUntil(color, 0, (found) => luminance(found) <= lightMost),
    dark: mixedUntil(color, 255, (found) => luminance(found) >= darkLeast),
  };
}

const contrast = 4.5;

/** The most luminance with the contrast to white. */
const lightMost = 1.05 / contrast - 0.05;

/** The luminance of the lightest surface of the dark theme, `--raised` of tokens.css. */
const raised = 0.0139;

/** The least luminance with the contrast to it. */
const darkLeast = contrast * (raised + 0.05) - 0.05;

type Rgb = [number, number, number];

const rgbOf = (color: string): Rgb =>
  [1, 3, 5].map((start) => parseInt(color.slice(start, start + 2), 16)) as Rgb;

const hexOf = (rgb: Rgb): string =>
  `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

/** The relative luminance of WCAG 2.2. */
export function luminance(color: string): number {
  const [red, green, blue] = rgbOf(color).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const steps = 100;

/** Mixes a colour with black (0) or white (255) until it is good. */
function mixedUntil(color: string, end: 0 | 255, isGood: (color: string) => boolean): string {
  const rgb = rgbOf(color);
  for (let step = 0; ; step++) {
    const found = hexOf(rgb.map((part) => part + ((end - part) * step) / steps) as Rgb);
    if (step === steps || isGood(found)) return found;
  }
}
