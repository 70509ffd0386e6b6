// Icons of Lucide. They are decoration, so a text with the same meaning must be beside each.

import { createElement } from "preact";
import type { IconNode } from "lucide";

export function Icon({ of, size = 16 }: { of: IconNode; size?: number }) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {of.map(([tag, attributes]) => createElement(tag, attributes as object))}
    </svg>
  );
}
