// The banners of a webhook: its problems and their remedies, a running recovery, a ping's result.

import {
  CircleCheck,
  CirclePause,
  CircleX,
  Copy,
  History,
  Radio,
  TriangleAlert,
  X,
} from "lucide";
import { useState } from "preact/hooks";
import { useAllows, useApp } from "../context.ts";
import { count, plural } from "../format.ts";
import { missed, reasonOf, stateOf } from "../health.ts";
import { link } from "../route.ts";
import type { PingResult, Recovery, WebhookStats } from "../types.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Banner } from "../ui/notice.tsx";
import { Ago } from "../ui/time.tsx";
import { useAction } from "../use_action.ts";
import type { Detail } from "./detail.ts";
import { LastFailure, NextAttempt } from "./next_attempt.tsx";
import { PingOutcome, pingTitle } from "./ping_outcome.tsx";
import { RecoverDialog } from "./recover_dialog.tsx";

interface BannersProps {
  detail: Detail;
  ping: PingResult | undefined;
  onPingRead: () => void;
}

export function Banners({ detail, ping, onPingRead }: BannersProps) {
  const { webhook, stats, recovery } = detail;
  const state = stateOf(webhook, stats);
  return (
    <div class="banners">
      {ping !== undefined && (
        <Banner
          tone={ping.succeeded ? "good" : "bad"}
          icon={Radio}
          role="status"
          title={pingTitle(ping, "Ping")}
          actions={<IconButton icon={X} label="Dismiss" onClick={onPingRead} />}
        >
          <p>A ping is a single test request. It is not retried, and changes nothing.</p>
          {ping.duration_ms !== undefined && <PingOutcome result={ping} />}
        </Banner>
      )}
      {state === "off" && <OffBanner detail={detail} />}
      {state === "paused" && (
        <Banner tone="calm" icon={CirclePause} title="Paused by its owner">
          <p>
            {webhook.hold_while_paused === true
              ? "Nothing is sent. Events published meanwhile are held, to be recovered."
              : "Nothing is sent, and events published meanwhile are not kept for it."}
          </p>
        </Banner>
      )}
      {state === "failing" && stats !== undefined && <FailingBanner detail={detail} />}
      <SharedBanner detail={detail} />
      {webhook.active && <MissedBanner detail={detail} />}
      {recovery?.state === "running" && <RecoveryBanner recovery={recovery} />}
    </div>
  );
}

function OffBanner({ detail }: { detail: Detail }) {
  const { api, showToast } = useApp();
  const allows = useAllows();
  const { webhook, stats, reload } = detail;
  const { isBusy, run } = useAction();
  const kept = missed(stats);
  const activateAndRecover = () =>
    void run(async () => {
      await api.update(webhook.id, { active: true });
      const { total } = await api.recover(webhook.id, { status: "all" });
      showToast(`Active again. ${plural(total, "missed event")} will be delivered.`);
      reload();
    });
  return (
    <Banner
      tone="bad"
      icon={CircleX}
      title={`Deactivated: ${reasonOf(webhook.deactivate_reason)}`}
      actions={
        kept > 0 &&
        allows("webhooks:write") && (
          <Button
            icon={History}
            look="primary"
            onClick={activateAndRecover}
            isBusy={isBusy}
          >
            Re-activate and recover
          </Button>
        )
      }
    >
      <LastFailure detail={detail} />
      <p>
        {kept > 0 ? keptText(stats) : "New events are held meanwhile."} Fix the receiver, ping it,
        then re-activate.
      </p>
    </Banner>
  );
}

function keptText(stats: WebhookStats | undefined): string {
  const { held = 0, undelivered = 0, dropped = 0, refused = 0 } = stats ?? {};
  const lost = dropped === 0 ? "" : ` ${count(dropped)} older ones had to be dropped.`;
  const never = refused === 0 ? "" : ` ${count(refused)} were refused for lack of room.`;
  const kept = `${plural(held, "event")} held since, ${count(undelivered)} undelivered before.`;
  return kept + lost + never;
}

function FailingBanner({ detail }: { detail: Detail }) {
  const { stats } = detail;
  if (stats === undefined) return null;
  return (
    <Banner tone="warn" icon={TriangleAlert} title="The receiver is failing">
      <LastFailure detail={detail} />
      <p>
        {count(stats.waiting + stats.in_flight)} waiting. <NextAttempt of={stats} />
        {stats.last_success_at !== null && (
          <>
            {" "}
            The last success was <Ago at={stats.last_success_at} />.
          </>
        )}
      </p>
    </Banner>
  );
}

/** Says that another webhook with the same URL gets the events in place of this one. */
function SharedBanner({ detail }: { detail: Detail }) {
  const { id, active, shares_target_with: others = [] } = detail.webhook;
  if (others.length === 0) return null;
  // The oldest active one sends, and ids are ordered by time.
  const [first = id] = active ? [id, ...others].sort() : others;
  return (
    <Banner
      tone="calm"
      icon={Copy}
      title={`The same URL as ${plural(others.length, "other webhook")} of this account`}
    >
      <p>
        An event is sent to one URL once.{" "}
        {first === id ? (
          "This webhook sends what several of them take, unless an older active one takes it."
        ) : (
          <>
            The oldest active one that takes it sends it:{" "}
            <a class="text-link" href={link({ page: "webhook", id: first, tab: "deliveries" })}>
              <code class="id">{first}</code>
            </a>
            . This one sends only what that one does not take.
          </>
        )}
      </p>
    </Banner>
  );
}

function MissedBanner({ detail }: { detail: Detail }) {
  const { webhook, stats, recovery, reload } = detail;
  const allows = useAllows();
  const [isOpen, setOpen] = useState(false);
  const kept = missed(stats);
  if (kept === 0 || recovery === undefined || recovery.state === "running") return null;
  return (
    <>
      <Banner
        tone="held"
        icon={History}
        title={`${plural(kept, "event")} missed while it was off`}
        actions={
          allows("webhooks:write") && (
            <Button icon={History} onClick={() => setOpen(true)}>
              Recover
            </Button>
          )
        }
      >
        <p>They are kept, and delivered in order when you ask for it.</p>
      </Banner>
      {isOpen && (
        <RecoverDialog
          id={webhook.id}
          stats={stats}
          onClose={() => setOpen(false)}
          onBegun={reload}
        />
      )}
    </>
  );
}

function RecoveryBanner({ recovery }: { recovery: Recovery }) {
  const { taken, total, delivered } = recovery;
  return (
    <Banner tone="held" icon={CircleCheck} title="Recovering what was missed">
      <progress
        max={Math.max(total, 1)}
        value={taken}
        aria-label={`Recovery: ${taken} of ${total} taken up`}
      />
      <p class="progress-text">
        <span>
          {count(taken)} of {count(total)} sent
        </span>
        <span>{count(delivered)} delivered at the first attempt</span>
      </p>
    </Banner>
  );
}
