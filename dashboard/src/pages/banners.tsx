// The banners of a webhook: its problems and their remedies, a running recovery, a ping's result.

import { CircleCheck, CirclePause, CircleX, History, Radio, TriangleAlert, X } from "lucide";
import { useState } from "preact/hooks";
import { useApp } from "../context.ts";
import { count, plural } from "../format.ts";
import { missed, reasonOf, stateOf } from "../health.ts";
import type { PingResult, Recovery, Stats } from "../../../contract/types.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Banner } from "../ui/notice.tsx";
import { Ago } from "../ui/time.tsx";
import { useAction } from "../use_action.ts";
import type { Detail } from "./detail.ts";
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
          title={ping.message}
          actions={<IconButton icon={X} label="Dismiss" onClick={onPingRead} />}
        >
          <p>A ping is a single test request. It is not retried, and changes nothing.</p>
        </Banner>
      )}
      {state === "off" && <OffBanner detail={detail} />}
      {state === "paused" && (
        <Banner tone="calm" icon={CirclePause} title="Paused by its owner">
          <p>Nothing is sent, and events published meanwhile are not kept for it.</p>
        </Banner>
      )}
      {state === "failing" && stats !== undefined && <FailingBanner stats={stats} />}
      {webhook.active && <MissedBanner detail={detail} />}
      {recovery?.state === "running" && <RecoveryBanner recovery={recovery} />}
    </div>
  );
}

function OffBanner({ detail }: { detail: Detail }) {
  const { api, showToast } = useApp();
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
      title={`Switched off: ${reasonOf(webhook.deactivate_reason)}`}
      actions={
        kept > 0 && (
          <Button icon={History} onClick={activateAndRecover} isBusy={isBusy}>
            Re-activate and recover
          </Button>
        )
      }
    >
      <p>
        {stats?.last_failure_at != null && (
          <>
            The last try failed <Ago at={stats.last_failure_at} />.{" "}
          </>
        )}
        {kept > 0 ? (
          <>{keptText(stats)} Fix the receiver, ping it, then re-activate.</>
        ) : (
          <>Fix the receiver, ping it, then re-activate. New events are kept meanwhile.</>
        )}
      </p>
    </Banner>
  );
}

function keptText(stats: Stats | undefined): string {
  const { held = 0, undelivered = 0, dropped = 0, refused = 0 } = stats ?? {};
  const lost = dropped === 0 ? "" : ` ${count(dropped)} older ones had to be dropped.`;
  const never = refused === 0 ? "" : ` ${count(refused)} were refused for lack of room.`;
  const kept = `${plural(held, "event")} held since, ${count(undelivered)} undelivered before.`;
  return kept + lost + never;
}

function FailingBanner({ stats }: { stats: Stats }) {
  const { waiting, in_flight: inFlight } = stats;
  return (
    <Banner tone="warn" icon={TriangleAlert} title="The receiver is failing">
      <p>
        {count(waiting + inFlight)} waiting.{" "}
        {inFlight > 0 || stats.next_try_at === null ? (
          "A try is on its way."
        ) : (
          <>
            The next try is <Ago at={stats.next_try_at} />.
          </>
        )}
        {stats.last_success_at !== null && (
          <>
            {" "}
            It last took an event <Ago at={stats.last_success_at} />.
          </>
        )}
      </p>
    </Banner>
  );
}

function MissedBanner({ detail }: { detail: Detail }) {
  const { webhook, stats, recovery, reload } = detail;
  const [isOpen, setOpen] = useState(false);
  const kept = missed(stats);
  if (kept === 0 || recovery === undefined || recovery.state === "running") return null;
  return (
    <>
      <Banner
        tone="held"
        icon={History}
        title={`${plural(kept, "event")} missed while it was switched off`}
        actions={
          <Button icon={History} onClick={() => setOpen(true)}>
            Recover
          </Button>
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
        <span>{count(delivered)} delivered at the first try</span>
      </p>
    </Banner>
  );
}
