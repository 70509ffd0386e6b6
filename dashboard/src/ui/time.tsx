// A moment, told from now; the exact time is in its tooltip.

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
