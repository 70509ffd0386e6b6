// What a ping or a test event came to: the status, the duration, the fault, the answer.

import { explain } from "../faults.ts";
import { duration } from "../format.ts";
import { pretty } from "../json_text.ts";
import type { PingResult } from "../types.ts";
import { CodeMark } from "../ui/status.tsx";

/** Returns the sentence on a ping. `noun` is what was sent. */
export function pingTitle(result: PingResult, noun: string): string {
  if (result.message !== undefined) return result.message;
  const { succeeded, http_status_code: code, fault } = result;
  if (succeeded) return `${noun} succeeded: the receiver answered ${code}.`;
  if (code !== null && code > 0) return `${noun} failed: the receiver answered ${code}.`;
  return `${noun} failed. ${explain(fault ?? "no answer").what}`;
}

export function PingOutcome({ result }: { result: PingResult }) {
  const { http_status_code: status, duration_ms: tookMs, fault, answer } = result;
  // A dispatcher of an earlier version says 0 for no answer.
  const code = status === 0 ? null : status;
  const said = fault == null ? undefined : explain(fault);
  return (
    <div class="outcome">
      <p class="outcome-head">
        <CodeMark code={code} />
        <strong>{result.succeeded ? "Delivered" : "Failed"}</strong>
        {tookMs !== undefined && <span class="hint">{duration(tookMs)}</span>}
      </p>
      {said !== undefined ? (
        <p class="hint">
          {said.what} {said.advice}
        </p>
      ) : (
        !result.succeeded && result.message !== undefined && <p class="hint">{result.message}</p>
      )}
      {answer != null && answer !== "" && (
        <details class="answer" open>
          <summary>The receiver's answer</summary>
          <pre tabIndex={0}>{pretty(answer)}</pre>
        </details>
      )}
    </div>
  );
}
