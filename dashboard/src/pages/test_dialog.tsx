// The dialog that sends a test event to one webhook and to no other: the sample of an event type.

import { Send } from "lucide";
import { useState } from "preact/hooks";
import { useApp } from "../context.ts";
import type { PingResult, Webhook } from "../types.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField } from "../ui/field.tsx";
import { ActionError } from "../ui/notice.tsx";
import { useAction } from "../use_action.ts";
import { PingOutcome } from "./ping_outcome.tsx";
import { sampleText, typeOptions } from "./sample.ts";
import { takes } from "./takes.ts";

export function TestDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const { api, eventTypes } = useApp();
  const taken = eventTypes.filter(({ name }) => takes(webhook, name));
  const offered = taken.length === 0 ? eventTypes : taken;
  const [chosen, setChosen] = useState("");
  const type = chosen === "" ? (offered[0]?.name ?? "") : chosen;
  const [result, setResult] = useState<PingResult>();
  const { isBusy, error, run } = useAction("form");
  const send = () =>
    void run(async () => {
      setResult(undefined);
      setResult(await api.test(webhook.id, type === "" ? undefined : type));
    });
  const known = eventTypes.find(({ name }) => name === type);
  return (
    <Dialog title="Send a test event" onClose={onClose}>
      <div class="form">
        <p>
          It goes to this webhook only: one request, marked by <code>"test": true</code>, that is
          not retried and changes nothing.
        </p>
        <SelectField
          label="Event"
          value={type}
          options={typeOptions(offered)}
          onChange={(name) => {
            setChosen(name);
            setResult(undefined);
          }}
        />
        {(known?.example ?? "") !== "" && (
          <details class="answer">
            <summary>The sample</summary>
            <pre tabIndex={0}>{sampleText(type, eventTypes)}</pre>
          </details>
        )}
        <ActionError error={error} />
        <div role="status">{result !== undefined && <PingOutcome result={result} />}</div>
        <div class="actions end">
          <Button onClick={onClose}>Close</Button>
          <Button look="primary" icon={Send} onClick={send} isBusy={isBusy} autofocus>
            {result === undefined ? "Send to this webhook" : "Send again"}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
