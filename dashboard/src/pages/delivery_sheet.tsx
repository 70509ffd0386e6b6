// One delivery in a sheet: its status, actions and attempts, and the responses of the receiver.

import { ChevronDown, ChevronUp, FastForward, RotateCw } from "lucide";
import { useApp } from "../context.ts";
import { duration, eventName, fullTime, pretty } from "../format.ts";
import type { DeliveryWithTries, Try } from "../../../contract/types.ts";
import { Button, CopyButton, IconButton } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { LoadError, Skeleton } from "../ui/notice.tsx";
import { CodeMark, StatusMark } from "../ui/status.tsx";
import { Ago } from "../ui/time.tsx";
import { useAction } from "../use_action.ts";
import { useLoad } from "../use_load.ts";
import type { Detail } from "./detail.ts";

const refreshMs = 2000;

interface SheetProps {
  detail: Detail;
  event: string;
  onNewer: (() => void) | undefined;
  onOlder: (() => void) | undefined;
  onClose: () => void;
  onChanged: () => void;
}

export function DeliverySheet({ detail, event, onNewer, onOlder, onClose, onChanged }: SheetProps) {
  const { api } = useApp();
  const { id } = detail.webhook;
  const loaded = useLoad(
    `delivery ${event}`,
    (signal) => api.delivery(id, event, signal),
    refreshMs,
  );
  const delivery = loaded.isCurrent ? loaded.value : undefined;
  const step = (key: string) => (key === "j" ? onOlder : key === "k" ? onNewer : undefined)?.();
  return (
    <Dialog
      title={delivery === undefined ? "Delivery" : eventName(delivery.event_type)}
      look="sheet"
      onClose={onClose}
      onKey={step}
      aside={
        <>
          <IconButton
            icon={ChevronUp}
            label="Newer delivery (K)"
            disabled={onNewer === undefined}
            onClick={() => onNewer?.()}
          />
          <IconButton
            icon={ChevronDown}
            label="Older delivery (J)"
            disabled={onOlder === undefined}
            onClick={() => onOlder?.()}
          />
        </>
      }
    >
      <div class="sheet-body">
        {loaded.error !== undefined && <LoadError error={loaded.error} retry={loaded.reload} />}
        {loaded.error === undefined && delivery === undefined && <Skeleton lines={5} />}
        {delivery !== undefined && (
          <>
            <Facts delivery={delivery} />
            <Actions
              detail={detail}
              delivery={delivery}
              onDone={() => {
                loaded.reload();
                detail.reload();
                onChanged();
              }}
            />
            <Tries delivery={delivery} />
          </>
        )}
      </div>
    </Dialog>
  );
}

function Facts({ delivery }: { delivery: DeliveryWithTries }) {
  const { accepted_at: accepted, delivered_at: arrived, next_try_at: next } = delivery;
  return (
    <dl class="facts">
      <div>
        <dt>Status</dt>
        <dd>
          <StatusMark of={delivery} />
        </dd>
      </div>
      <div>
        <dt>Event</dt>
        <dd>
          <code class="id">{delivery.event_id}</code>
          <CopyButton text={delivery.event_id} label="Copy the event's id" />
        </dd>
      </div>
      <div>
        <dt>Accepted</dt>
        <dd>{fullTime(Date.parse(accepted))}</dd>
      </div>
      {arrived !== null && (
        <div>
          <dt>Delivered</dt>
          <dd>{duration(Date.parse(arrived) - Date.parse(accepted))} later</dd>
        </div>
      )}
      {next !== null && (
        <div>
          <dt>Next try</dt>
          <dd>
            <Ago at={next} />
          </dd>
        </div>
      )}
    </dl>
  );
}

interface ActionsProps {
  detail: Detail;
  delivery: DeliveryWithTries;
  onDone: () => void;
}

function Actions({ detail, delivery, onDone }: ActionsProps) {
  const { api, showToast } = useApp();
  const resending = useAction();
  const skipping = useAction();
  const { id, active } = detail.webhook;
  const resend = () =>
    void resending.run(async () => {
      await api.resend(id, delivery.event_id);
      showToast("Sent again. The try appears here when it has ended.");
      onDone();
    });
  const skip = () =>
    void skipping.run(async () => {
      await api.skip(id, delivery.event_id);
      showToast("Skipped: it is not tried any more.");
      onDone();
    });
  const isOpen = delivery.status === "waiting" || delivery.status === "in_flight";
  return (
    <div class="sheet-acts">
      <div class="actions">
        <Button
          icon={RotateCw}
          look="primary"
          onClick={resend}
          isBusy={resending.isBusy}
          disabled={!active}
        >
          {delivery.tries.length === 0 || isOpen ? "Send now" : "Send again"}
        </Button>
        {isOpen && (
          <Button icon={FastForward} onClick={skip} isBusy={skipping.isBusy}>
            Skip
          </Button>
        )}
      </div>
      {!active && <p class="hint">Re-activate the webhook to send this again.</p>}
    </div>
  );
}

function Tries({ delivery }: { delivery: DeliveryWithTries }) {
  const { tries } = delivery;
  // A single bar would show nothing.
  const longestMs = tries.length < 2 ? 0 : Math.max(1, ...tries.map((each) => each.duration_ms));
  return (
    <section>
      <h3>
        {tries.length === 0 ? "No try yet" : tries.length === 1 ? "1 try" : `${tries.length} tries`}
      </h3>
      {tries.length === 0 && (
        <p class="hint">
          {delivery.status === "held"
            ? "It came while the webhook was switched off. A recovery delivers it."
            : "The first one is on its way."}
        </p>
      )}
      <ol class="tries" reversed>
        {tries
          .map((each, index) => (
            <OneTry
              key={`${each.at} ${index}`}
              of={each}
              number={index + 1}
              longestMs={longestMs}
              isLast={index === tries.length - 1}
            />
          ))
          .reverse()}
      </ol>
    </section>
  );
}

const causes: Record<Try["cause"], string> = {
  schedule: "",
  resend: "sent again",
  recover: "recovery",
};

interface OneTryProps {
  of: Try;
  number: number;
  longestMs: number;
  isLast: boolean;
}

function OneTry({ of, number, longestMs, isLast }: OneTryProps) {
  const { answer, fault, cause, at, duration_ms: took } = of;
  return (
    <li class="try">
      <div class="try-head">
        <CodeMark code={of.http_status_code} />
        <span class="try-number">Try {number}</span>
        {causes[cause] !== "" && <span class="tag">{causes[cause]}</span>}
        <span class="try-time">
          <Ago at={at} />
        </span>
      </div>
      <div class="try-took">
        {longestMs > 0 && (
          <meter min={0} max={longestMs} value={took} aria-label={`Took ${duration(took)}`} />
        )}
        <span>{duration(took)}</span>
      </div>
      {fault !== null && <p class="try-fault">{sentence(fault)}</p>}
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

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
