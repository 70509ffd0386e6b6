// What the latest attempt of a delivery sent: method, URL, headers with masked secrets, and body.

import { curlOf } from "../curl.ts";
import { useApp } from "../context.ts";
import { ApiError } from "../http.ts";
import { isJson, pretty } from "../json_text.ts";
import type { DeliveryRequest } from "../types.ts";
import { CopyTextButton } from "../ui/button.tsx";
import { LoadError, Skeleton } from "../ui/notice.tsx";
import { Exact } from "../ui/time.tsx";
import { LongUrl } from "../ui/url.tsx";
import { useLoad } from "../use_load.ts";

interface SentProps {
  webhook: string;
  event: string;
  /** Number of attempts so far: each sends another timestamp and signature. */
  attempts: number;
}

export function SentRequestView({ webhook, event, attempts }: SentProps) {
  const { api } = useApp();
  const loaded = useLoad(`sent ${webhook} ${event} ${attempts}`, (signal) =>
    api.sent(webhook, event, signal),
  );
  if (attempts === 0) return <p class="hint">Nothing was sent yet.</p>;
  if (loaded.error instanceof ApiError && [404, 409].includes(loaded.error.status)) {
    return <p class="hint">It cannot be shown. {loaded.error.message}</p>;
  }
  if (loaded.error !== undefined) {
    return <LoadError error={loaded.error} retry={loaded.reload} />;
  }
  if (loaded.value === undefined) return <Skeleton lines={3} />;
  return <Sent request={loaded.value} />;
}

function Sent({ request }: { request: DeliveryRequest }) {
  const { at, method, url, headers, body } = request;
  return (
    <section class="sent" aria-label="What was sent">
      <div class="sent-line">
        <span class="code calm">{method}</span>
        <LongUrl text={url} />
      </div>
      <p class="hint">
        The latest attempt, of <Exact at={at} />, with the settings that the webhook has now.
      </p>
      <div class="actions">
        <CopyTextButton text={curlOf(request)} label="Copy as curl" />
        {body !== null && <CopyTextButton text={body} label="Copy the body" />}
      </div>
      <h3>Headers</h3>
      <dl class="facts headers-sent">
        {Object.entries(headers).map(([name, value]) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>
              <code class="break">{value}</code>
            </dd>
          </div>
        ))}
      </dl>
      <h3>Body</h3>
      {body === null || body === "" ? (
        <p class="hint">
          {body === null ? "The body of a delivered event is not kept here." : "It was empty."}
        </p>
      ) : (
        <>
          <div class="answer">
            <pre tabIndex={0}>{pretty(body)}</pre>
          </div>
          {isJson(body) && pretty(body) !== body && (
            <p class="hint">Indented for reading. The body was sent as it was published.</p>
          )}
        </>
      )}
    </section>
  );
}
