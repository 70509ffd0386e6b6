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

/** Colours the page. Texts and buttons keep a contrast of 4.5 in the light and the dark theme. */
export function applyColor(color: string | undefined, root: HTMLElement): void {
  if (color === undefined || !/^#[0-9a-f]{6}$/i.test(color)) return;
  const light = darkened(color, luminanceFor(1));
  // White is on this one.
  root.style.setProperty("--accent-light", light);
  root.style.setProperty("--accent-dark", lightened(color, darkTextLuminance));
  root.dataset["look"] = "";
}

type Rgb = [number, number, number];

const contrast = 4.5;

/** The most luminance that has the contrast to something lighter. */
const luminanceFor = (lighter: number) => (lighter + 0.05) / contrast - 0.05;

/** The least luminance that has the contrast to the lightest surface of the dark theme. */
const darkTextLuminance = contrast * (0.0153 + 0.05) - 0.05;

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

function mixed(color: string, end: number, share: number): string {
  return hexOf(rgbOf(color).map((part) => part + (end - part) * share) as Rgb);
}

/** Mixes a colour with black until it is at most this light. */
function darkened(color: string, most: number): string {
  for (let step = 0; step < steps; step++) {
    const found = mixed(color, 0, step / steps);
    if (luminance(found) <= most) return found;
  }
  return "#000000";
}

/** Mixes a colour with white until it is at least this light. */
function lightened(color: string, least: number): string {
  for (let step = 0; step < steps; step++) {
    const found = mixed(color, 255, step / steps);
    if (luminance(found) >= least) return found;
  }
  return "#ffffff";
}
