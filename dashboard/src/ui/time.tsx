// Times: relative or exact, with the exact time and that in UTC in the tooltip.

import { ago, fullTime, timeTitle } from "../format.ts";
import { useNow } from "../now.ts";

export function Ago({ at }: { at: string }) {
  const nowMs = useNow();
  const timeMs = Date.parse(at);
  return (
    <time dateTime={at} title={timeTitle(timeMs)}>
      {ago(timeMs, nowMs)}
    </time>
  );
}

export function Exact({ at }: { at: string }) {
  const timeMs = Date.parse(at);
  return (
    <time dateTime={at} title={timeTitle(timeMs)}>
      {fullTime(timeMs)}
    </time>
  );
}
