// The head of a webhook's page: its state, name, URL and events, and what can be done with it.

import { ChevronLeft, Pause, Play, Radio, Send } from "lucide";
import { useState } from "preact/hooks";
import { useAllows, useApp } from "../context.ts";
import { stateOf } from "../health.ts";
import { link } from "../route.ts";
import type { PingResult } from "../types.ts";
import { Button, CopyButton } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { StateMark } from "../ui/status.tsx";
import { LongUrl } from "../ui/url.tsx";
import { useAction } from "../use_action.ts";
import { Banners } from "./banners.tsx";
import type { Detail } from "./detail.ts";
import { PauseDialog } from "./settings_dialogs.tsx";
import { eventsText } from "./takes.ts";
import { TestDialog } from "./test_dialog.tsx";

export function WebhookHead({ detail }: { detail: Detail }) {
  const { webhook, stats } = detail;
  const allows = useAllows();
  const [ping, setPing] = useState<PingResult>();
  const name = webhook.name ?? "";
  const url = (
    <>
      <LongUrl text={webhook.target_url} />
      <CopyButton text={webhook.target_url} label="Copy the URL" />
    </>
  );
  return (
    <>
      <a class="back" href={link({ page: "webhooks" })}>
        <Icon of={ChevronLeft} />
        All webhooks
      </a>
      <header class="page-head">
        <div class="webhook-title">
          <StateMark state={stateOf(webhook, stats)} />
          {name === "" ? (
            <h1>{url}</h1>
          ) : (
            <>
              <h1 class="named">{name}</h1>
              <p class="webhook-url">{url}</p>
            </>
          )}
          <p class="lead">
            {eventsText(webhook)}
            <span class="dot" />
            <code class="id">{webhook.id}</code>
            <CopyButton text={webhook.id} label="Copy the webhook's id" />
          </p>
        </div>
        {allows("webhooks:write") && <Actions detail={detail} onPing={setPing} />}
      </header>
      <Banners detail={detail} ping={ping} onPingRead={() => setPing(undefined)} />
    </>
  );
}

interface ActionsProps {
  detail: Detail;
  onPing: (result: PingResult | undefined) => void;
}

function Actions({ detail, onPing }: ActionsProps) {
  const { webhook, reload } = detail;
  const { api, showToast } = useApp();
  const [open, setOpen] = useState<"test" | "pause">();
  const pinging = useAction();
  const switching = useAction();
  const close = () => setOpen(undefined);
  const ping = () =>
    void pinging.run(async () => {
      onPing(undefined);
      onPing(await api.test(webhook.id));
    });
  const activate = () =>
    void switching.run(async () => {
      await api.update(webhook.id, { active: true });
      showToast("The webhook is active again.");
      reload();
    });
  return (
    <div class="actions">
      <Button icon={Radio} onClick={ping} isBusy={pinging.isBusy}>
        Ping
      </Button>
      <Button icon={Send} onClick={() => setOpen("test")}>
        Test event
      </Button>
      {webhook.active ? (
        <Button icon={Pause} onClick={() => setOpen("pause")}>
          Pause
        </Button>
      ) : (
        <Button icon={Play} look="primary" onClick={activate} isBusy={switching.isBusy}>
          Re-activate
        </Button>
      )}
      {open === "test" && <TestDialog webhook={webhook} onClose={close} />}
      {open === "pause" && <PauseDialog detail={detail} onClose={close} />}
    </div>
  );
}
