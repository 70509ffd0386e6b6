// A relative time, with the exact time in the tooltip.

import { ago, fullTime } from "../format.ts";
import { useNow } from "../now.ts";

export function Ago({ at }: { at: string }) {
  const nowMs = useNow();
  const timeMs = Date.parse(at);
  return (
    <time dateTime={at} title={fullTime(timeMs)}>
      {ago(timeMs, nowMs)}
    </time>
  );
}
