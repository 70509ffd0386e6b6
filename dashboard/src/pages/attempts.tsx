// The attempts of a delivery, the latest first: status, duration, fault, and the receiver's answer.

import { explain } from "../faults.ts";
import { duration, plural } from "../format.ts";
import { pretty } from "../json_text.ts";
import type { DeliveryAttempt, DeliveryDetail } from "../types.ts";
import { CodeMark } from "../ui/status.tsx";
import { Ago, Exact } from "../ui/time.tsx";
import { waitsFor } from "./next_attempt.tsx";

export function Attempts({ delivery }: { delivery: DeliveryDetail }) {
  const { tries: attempts } = delivery;
  // A single bar would show nothing.
  const longestMs =
    attempts.length < 2 ? 0 : Math.max(1, ...attempts.map((each) => each.duration_ms));
  return (
    <section>
      <h3>{attempts.length === 0 ? "No attempt yet" : plural(attempts.length, "attempt")}</h3>
      {attempts.length === 0 && <p class="hint">{noneText(delivery)}</p>}
      <ol class="tries" reversed>
        {attempts
          .map((each, index) => (
            <Attempt
              key={`${each.at} ${index}`}
              of={each}
              number={index + 1}
              longestMs={longestMs}
              isLast={index === attempts.length - 1}
            />
          ))
          .reverse()}
      </ol>
    </section>
  );
}

function noneText({ status, waits_for: what }: DeliveryDetail): string {
  switch (status) {
    case "held":
      return "It came while the webhook was off. A recovery delivers it.";
    case "in_flight":
      return "The first one is in flight.";
    case "waiting":
      return what == null ? "The first one comes soon." : waitsFor(what);
    case "undelivered":
      return "The webhook was switched off before the first one. A recovery delivers it.";
    case "delivered":
      return "";
  }
}

const causes: Record<DeliveryAttempt["cause"], string> = {
  schedule: "",
  resend: "sent again",
  recover: "recovery",
};

interface AttemptProps {
  of: DeliveryAttempt;
  number: number;
  longestMs: number;
  isLast: boolean;
}

function Attempt({ of, number, longestMs, isLast }: AttemptProps) {
  const { answer, fault, cause, at, duration_ms: took } = of;
  const said = fault === null ? undefined : explain(fault);
  return (
    <li class="try">
      <div class="try-head">
        <CodeMark code={of.http_status_code} />
        <span class="try-number">Attempt {number}</span>
        {causes[cause] !== "" && <span class="tag">{causes[cause]}</span>}
        <span class="try-time">
          <Ago at={at} />
        </span>
      </div>
      <div class="try-took">
        <span>
          <Exact at={at} />
        </span>
        {longestMs > 0 && (
          <meter min={0} max={longestMs} value={took} aria-label={`Took ${duration(took)}`} />
        )}
        <span>{duration(took)}</span>
      </div>
      {said !== undefined && (
        <p class="try-fault">
          {said.what} {said.advice !== "" && <span class="hint">{said.advice}</span>}
        </p>
      )}
      {answer !== null && answer !== "" && (
        <details class="answer" open={isLast}>
          <summary>The receiver's answer</summary>
          <pre tabIndex={0}>{pretty(answer)}</pre>
        </details>
      )}
      {answer === "" && <p class="hint">The answer had no body.</p>}
    </li>
  );
}
