// One delivery in a sheet: its status and actions, what was sent, and what came back.

import { ChevronDown, ChevronUp, FastForward, RotateCw } from "lucide";
import { useState } from "preact/hooks";
import { useAllows, useApp } from "../context.ts";
import { duration, eventName } from "../format.ts";
import { nextAttempt } from "../health.ts";
import { useNow } from "../now.ts";
import { link } from "../route.ts";
import type { DeliveryDetail } from "../types.ts";
import { Button, CopyButton, IconButton, Segments } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { LoadError, Skeleton } from "../ui/notice.tsx";
import { StatusMark } from "../ui/status.tsx";
import { Ago, Exact } from "../ui/time.tsx";
import { useAction } from "../use_action.ts";
import { useLoad } from "../use_load.ts";
import { Attempts } from "./attempts.tsx";
import type { Detail } from "./detail.ts";
import { waitsFor } from "./next_attempt.tsx";
import { SentRequestView } from "./sent_request.tsx";

const refreshMs = 2000;

interface SheetProps {
  detail: Detail;
  event: string;
  onNewer: (() => void) | undefined;
  onOlder: (() => void) | undefined;
  onClose: () => void;
  onChanged: () => void;
}

type Part = "attempts" | "request";

export function DeliverySheet({ detail, event, onNewer, onOlder, onClose, onChanged }: SheetProps) {
  const { api } = useApp();
  const { id } = detail.webhook;
  const [part, setPart] = useState<Part>("attempts");
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
            <Segments
              label="Part of the delivery"
              value={part}
              options={[
                ["attempts", "Attempts"],
                ["request", "What was sent"],
              ]}
              onChange={setPart}
            />
            {part === "attempts" ? (
              <Attempts delivery={delivery} />
            ) : (
              <SentRequestView webhook={id} event={event} attempts={delivery.tries.length} />
            )}
          </>
        )}
      </div>
    </Dialog>
  );
}

function Facts({ delivery }: { delivery: DeliveryDetail }) {
  const { accepted_at: accepted, delivered_at: arrived } = delivery;
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
          <a
            class="text-link"
            href={link({ page: "events", id: delivery.event_id })}
            title="See which webhooks got this event"
          >
            <code class="id">{delivery.event_id}</code>
          </a>
          <CopyButton text={delivery.event_id} label="Copy the event's id" />
        </dd>
      </div>
      <div>
        <dt>Accepted</dt>
        <dd>
          <Exact at={accepted} />
        </dd>
      </div>
      {arrived !== null && (
        <div>
          <dt>Delivered</dt>
          <dd>{duration(Date.parse(arrived) - Date.parse(accepted))} later</dd>
        </div>
      )}
      <Next delivery={delivery} />
    </dl>
  );
}

/** When the next attempt comes, or what it waits for. A time that has passed is not shown. */
function Next({ delivery }: { delivery: DeliveryDetail }) {
  const nowMs = useNow();
  const { next_try_at: at, waits_for: what, status } = delivery;
  if (status !== "waiting") return null;
  const nextMs = nextAttempt(at, nowMs);
  return (
    <div>
      <dt>Next attempt</dt>
      <dd>
        {nextMs !== undefined && at !== null ? (
          <Ago at={at} />
        ) : what == null ? (
          "Soon"
        ) : (
          waitsFor(what)
        )}
      </dd>
    </div>
  );
}

interface ActionsProps {
  detail: Detail;
  delivery: DeliveryDetail;
  onDone: () => void;
}

function Actions({ detail, delivery, onDone }: ActionsProps) {
  const { api, showToast } = useApp();
  const allows = useAllows();
  const resending = useAction();
  const skipping = useAction();
  const { id, active } = detail.webhook;
  if (!allows("webhooks:write")) return null;
  const resend = () =>
    void resending.run(async () => {
      await api.resend(id, delivery.event_id);
      showToast("Sent again. The attempt appears here when it has ended.");
      onDone();
    });
  const skip = () =>
    void skipping.run(async () => {
      await api.skip(id, delivery.event_id);
      showToast("Skipped: no further attempt is made.");
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
