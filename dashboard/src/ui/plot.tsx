// A chart in its place: as wide as that is, in the colours of the theme, told in words as well.

import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { Bucket } from "../series.ts";
import { onThemeChange } from "../theme.ts";
import type { Chart, Colour } from "./charts.ts";

const height = 168;

interface PlotProps {
  buckets: Bucket[];
  make: (buckets: Bucket[], colour: Colour) => Chart;
  label: string;
}

export function Plot({ buckets, make, label }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    let plot: uPlot | undefined;
    const draw = () => {
      plot?.destroy();
      const { options, data, tell } = make(buckets, colourIn(element));
      plot = new uPlot(
        {
          ...options,
          width: element.clientWidth,
          height,
          legend: { show: false },
          hooks: { setCursor: [(chart) => showTip(chart, tip.current, tell)] },
        },
        data,
        element,
      );
    };
    draw();
    const resized = new ResizeObserver(() => {
      if (plot !== undefined && plot.width !== element.clientWidth) {
        plot.setSize({ width: element.clientWidth, height });
      }
    });
    resized.observe(element);
    const stop = onThemeChange(draw);
    return () => {
      resized.disconnect();
      stop();
      plot?.destroy();
    };
  }, [buckets, make]);
  return (
    <div class="plot">
      <div ref={place} role="img" aria-label={label} class="plot-area" />
      <div ref={tip} class="tip" hidden aria-hidden="true" />
    </div>
  );
}

/** A canvas knows no variables, so the browser is asked what a colour comes to. */
function colourIn(element: HTMLElement): Colour {
  const probe = document.createElement("span");
  element.append(probe);
  const colours = new Map<string, string>();
  const names = ["good", "warn", "bad", "busy", "accent", "muted", "line", "surface"];
  for (const name of names) {
    probe.style.color = `var(--${name})`;
    colours.set(name, getComputedStyle(probe).color);
  }
  probe.remove();
  return (name) => colours.get(name) ?? "gray";
}

function showTip(chart: uPlot, tip: HTMLDivElement | null, tell: Chart["tell"]) {
  if (tip === null) return;
  const { idx, left = -1 } = chart.cursor;
  const lines = idx == null || left < 0 ? [] : tell(idx);
  tip.hidden = lines.length === 0;
  if (tip.hidden) return;
  tip.replaceChildren(
    ...lines.map((line, index) => {
      const row = document.createElement(index === 0 ? "strong" : "span");
      row.textContent = line;
      return row;
    }),
  );
  const isRight = left > chart.width / 2;
  tip.style.left = isRight ? "" : `${left + 24}px`;
  tip.style.right = isRight ? `${chart.width - left - 8}px` : "";
}
