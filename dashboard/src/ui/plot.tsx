// Draws a chart in the width of its container and the colours of the theme, with a label in words.

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
  const area = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = area.current;
    if (element === null) return undefined;
    let plot: uPlot | undefined;
    const draw = () => {
      plot?.destroy();
      const { options, data, tooltip } = make(buckets, colourIn(element));
      plot = new uPlot(
        {
          ...options,
          width: element.clientWidth,
          height,
          legend: { show: false },
          hooks: { setCursor: [(chart) => showTip(chart, tip.current, tooltip)] },
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
      <div ref={area} role="img" aria-label={label} class="plot-area" />
      <div ref={tip} class="tip" hidden aria-hidden="true" />
    </div>
  );
}

/** Resolves the CSS variables of the colours, because a canvas cannot use variables. */
function colourIn(element: HTMLElement): Colour {
  const probe = document.createElement("span");
  element.append(probe);
  const colours = new Map<string, string>();
  const names = ["good", "warn", "bad", "busy", "held", "accent", "muted", "line", "surface"];
  for (const name of names) {
    probe.style.color = `var(--${name})`;
    colours.set(name, getComputedStyle(probe).color);
  }
  probe.remove();
  return (name) => colours.get(name) ?? "gray";
}

function showTip(chart: uPlot, tip: HTMLDivElement | null, tooltip: Chart["tooltip"]) {
  if (tip === null) return;
  const { idx, left = -1 } = chart.cursor;
  const lines = idx == null || left < 0 ? [] : tooltip(idx);
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
