// The contract as TypeScript types. Generated from contract/openapi.json by `npm run contract`;
// do not edit it by hand.

export interface paths {
    "/v1/alert": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the alert
         * @description The alert is the webhook of an account that gets every operational event of it (`WEBHOOK_DEACTIVATED`, `WEBHOOK_FAILING`, `WEBHOOK_RECOVERED`) and nothing else. There is one at most. It is listed among the webhooks, and its `id` is that of one: it has deliveries and numbers, is pinged, its secret rotated.
         *
         *     With a key of scope `webhooks:read`.
         */
        get: operations["readAlert"];
        /**
         * Make or change the alert
         * @description The alert is the webhook of an account that gets every operational event of it (`WEBHOOK_DEACTIVATED`, `WEBHOOK_FAILING`, `WEBHOOK_RECOVERED`) and nothing else. There is one at most. If there is one, what is left out is kept, as when a webhook is changed; `signing_secret` and `signature` are set only when it is made, `event_type` and `event_types` never. It does not count to `MAX_WEBHOOKS`. What happens to itself is told nobody.
         *
         *     With a key of scope `webhooks:write`.
         */
        put: operations["putAlert"];
        post?: never;
        /**
         * Delete the alert
         * @description What waits is not sent any more.
         *
         *     With a key of scope `webhooks:write`.
         */
        delete: operations["deleteAlert"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhooks
         * @description In the order of their creation. The list may lag a minute behind in another region; to read one webhook is exact. A `state` that changes often lags a minute, too.
         *
         *     With a key of scope `webhooks:read`.
         */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Create a webhook
         * @description From the moment of the answer it gets what is published. An account has at most `MAX_WEBHOOKS` (500) webhooks.
         *
         *     With a key of scope `webhooks:write`.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        /**
         * Read a webhook
         * @description Exact at any moment.
         *
         *     With a key of scope `webhooks:read`.
         */
        get: operations["getWebhook"];
        /**
         * Change a webhook
         * @description As `PATCH`, it keeps what is left out, in a form too. `{"active": true}` alone re-activates, which clears the reason and starts with no failure on record. `signing_secret` and `signature` may repeat what is in force and cannot change it.
         *
         *     With a key of scope `webhooks:write`.
         */
        put: operations["putWebhook"];
        post?: never;
        /**
         * Delete a webhook
         * @description What waits is not sent any more. A POST that is on its way may still arrive.
         *
         *     With a key of scope `webhooks:write`.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /**
         * Change a webhook
         * @description It keeps what is left out, in a form too. `{"active": true}` alone re-activates, which clears the reason and starts with no failure on record. `signing_secret` and `signature` may repeat what is in force and cannot change it.
         *
         *     With a key of scope `webhooks:write`.
         */
        patch: operations["patchWebhook"];
        trace?: never;
    };
    "/v1/webhooks/{id}/ping": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test a webhook
         * @description Makes one POST of an event of type `PING`, signed as any, or of the sample of another type, marked by `"test": true`. It is not retried, switches nothing off, and works while the webhook is inactive.
         *
         *     With a key of scope `webhooks:write`.
         */
        post: operations["pingWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate the signing secret
         * @description Puts a new key in force; the one before signs too for `grace_seconds` more. At most 5 keys of a webhook are live. The secret that is in force already changes nothing.
         *
         *     With a key of scope `webhooks:write`.
         */
        post: operations["rotateSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/listen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Listen
         * @description Makes a temporary webhook whose receiver is this connection, so that a server that
         *     nobody can reach from outside gets events: a developer's, for example. Each delivery is sent over
         *     the WebSocket, the client passes it on to its server, and what that answers counts as the
         *     receiver's answer: status, retries, history and all. The webhook is one like any other, but for
         *     its `target_url`, which only names it, and `listener: true`. It is told to no alert.
         *
         *     While the client is not connected, nothing is attempted and events wait. After 60 seconds without a
         *     connection the webhook is deleted; to go on before that, connect again with `webhook_id`. A newer
         *     connection replaces an older one. An account has at most 10 listeners.
         *
         *     Each message is one JSON text. The dispatcher sends:
         *
         *     ```jsonl
         *     {"type":"ready","webhook_id":"01kawq9r8t3v5x7z9b1d3f5h7k","signing_secret":"whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=","grace_seconds":60}
         *     {"type":"delivery","id":"19ad.1","method":"POST","headers":[["Content-Type","application/json"],["webhook-id","01kawq9r8t3v5x7z9b1d3f5h7m"]],"body":"{\"event_type\":\"COURSE_COMPLETION\"}","timeout_ms":10000}
         *     {"type":"cancel","id":"19ad.1"}
         *     ```
         *
         *     `ready` comes first; `signing_secret` is `null` when a listener goes on, and with Ed25519,
         *     where `signing_public_key` is there instead. `headers` and `body` are exactly what a receiver
         *     gets, of which the example leaves some out. `cancel` says that the answer is not waited for any more. The client sends:
         *
         *     ```jsonl
         *     {"type":"answer","id":"19ad.1","status":503,"headers":[["Retry-After","5"]],"body":"later"}
         *     {"type":"failure","id":"19ad.1","fault":"refused","detail":"ECONNREFUSED"}
         *     {"type":"end"}
         *     ```
         *
         *     The status of an `answer` is from 200 to 599. Of its headers, `Content-Type`, `Retry-After`,
         *     `webhook-delivery` and those of bot protections are read; the first 4 kB of its body are kept. A
         *     `failure` says why there is no answer: `refused`, `reset`, `dns`, `tls`, `certificate`,
         *     `timeout_connect` or `not_http`. `end` deletes the webhook at once. A frame has at most
         *     131,072 characters. The text `ping` is answered with `pong`; send one at once and then every 20 seconds, because a
         *     connection that is silent counts as broken.
         *
         *     The dispatcher closes with 4000 (replaced by a newer connection), 4001 (the webhook was deleted),
         *     4002 (a frame that it cannot read) or 1001 (no ping came).
         *
         *     The query has the fields of a new webhook, as a form has them, without a target and without secrets, or `webhook_id` alone.
         *
         *     With a key of scope `webhooks:write`.
         */
        get: operations["listen"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        /**
         * List deliveries
         * @description The newest first. What has settled is kept for `RETENTION_HOURS` (168).
         *
         *     With a key of scope `webhooks:read`.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/deliveries.csv": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        /**
         * Export deliveries as CSV
         * @description The newest first, sent while it is read: at most 900,000 deliveries; a longer file breaks off. `before` and `after` divide it.
         *
         *     With a key of scope `webhooks:read`.
         */
        get: operations["exportDeliveriesAsCsv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/deliveries.jsonl": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        /**
         * Export deliveries as lines of JSON
         * @description The newest first, sent while it is read: at most 900,000 deliveries; a longer file breaks off. `before` and `after` divide it.
         *
         *     With a key of scope `webhooks:read`.
         */
        get: operations["exportDeliveriesAsJsonLines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/deliveries/resend": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send many deliveries again
         * @description One more POST for each delivery that the parameters find, at most 100 in one call, the newest first. At least one parameter besides `cursor` must be there. Call `next` until it is `null`.
         *
         *     With a key of scope `webhooks:write`.
         */
        post: operations["resendDeliveries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/deliveries/{event_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
                /**
                 * @description The event's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                event_id: components["parameters"]["EventId"];
            };
            cookie?: never;
        };
        /**
         * Read a delivery
         * @description With every try: when, how long, what came back.
         *
         *     With a key of scope `webhooks:read`.
         */
        get: operations["readDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/deliveries/{event_id}/request": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
                /**
                 * @description The event's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                event_id: components["parameters"]["EventId"];
            };
            cookie?: never;
        };
        /**
         * Read what was sent
         * @description The POST of the latest try, as the receiver got it. It is built anew from the webhook as it is now: after a change of its target, headers or secret it shows the new ones.
         *
         *     With a key of scope `webhooks:read`.
         */
        get: operations["readSentRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/deliveries/{event_id}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
                /**
                 * @description The event's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                event_id: components["parameters"]["EventId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a delivery again
         * @description One more POST, now, of the same event under the same id.
         *
         *     With a key of scope `webhooks:write`.
         */
        post: operations["resendDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/deliveries/{event_id}/skip": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
                /**
                 * @description The event's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                event_id: components["parameters"]["EventId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Skip a delivery
         * @description It is not tried any more and holds back nothing. It can be resent.
         *
         *     With a key of scope `webhooks:write`.
         */
        post: operations["skipDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/recover": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        /**
         * Read a recovery
         * @description The latest one.
         *
         *     With a key of scope `webhooks:read`.
         */
        get: operations["readRecovery"];
        put?: never;
        /**
         * Deliver what was missed
         * @description Takes up what was held or undelivered, in the order of acceptance, `RECOVER_PER_SECOND` (50) in a second.
         *
         *     With a key of scope `webhooks:write`.
         */
        post: operations["recover"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        /**
         * Read a webhook in numbers
         * @description Rates and durations are those of the tries of its latest 1,000 deliveries.
         *
         *     With a key of scope `webhooks:read`.
         */
        get: operations["readStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/stats/series": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        /**
         * Read a webhook over time
         * @description What became of the deliveries that were accepted in each step of time, as it stands now. Each step is whole: the first one begins at `from` or before, the last one ends at `to` or after.
         *
         *     With a key of scope `webhooks:read`.
         */
        get: operations["readSeries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{event_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The event's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                event_id: components["parameters"]["EventId"];
            };
            cookie?: never;
        };
        /**
         * Read where an event went
         * @description Its deliveries to all webhooks of the account.
         *
         *     With a key of scope `webhooks:read`.
         */
        get: operations["readEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish an event
         * @description `202` means that every matching webhook has stored the event, or refused it by a rule that the answer names. Webhooks with the same target get it once. At most `MAX_EVENT_BYTES` (262,144).
         *
         *     With a key of scope `events:write`.
         */
        post: operations["publish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish many events
         * @description Each is delivered byte for byte as it stands in the array, and answered for itself, in order; bad ones do not stop good ones. An `Idempotency-Key` is the whole batch's. At most `MAX_BATCH_BYTES` (1,048,576).
         *
         *     With a key of scope `events:write`.
         */
        post: operations["publishBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/sample-{sample}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The event type in lower case with hyphens, or in the vendor's words (`vilt-registration`).
                 * @example course-enrollment
                 */
                sample: string;
            };
            cookie?: never;
        };
        /**
         * Read a sample event
         * @description What an event of a type looks like; a delivery is the event alone. Of the documented types only the body of `course-enrollment` is documented: the others are examples, and have a `note` that says so. 404 where there is no such type.
         *
         *     With a key of scope `webhooks:read`.
         */
        get: operations["readSample"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/filters/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test a filter
         * @description Whether an event matches a filter, and why not. Nothing is stored or sent. At most `MAX_EVENT_BYTES` (262,144).
         *
         *     With any key of an account.
         */
        post: operations["testFilter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/event-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List event types
         * @description Those in force: the ones that the operator has defined, or else the built-in ones.
         *
         *     With any key of an account, or `ADMIN_KEY`.
         */
        get: operations["listEventTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/event-types/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The event type. `PING` and `WEBHOOK_…` of the dispatcher are reserved.
                 * @example ORDER_PAID
                 */
                name: string;
            };
            cookie?: never;
        };
        /**
         * Read an event type
         * @description One that the operator has defined. The built-in ones are a 404 here.
         *
         *     With `ADMIN_KEY`.
         */
        get: operations["readEventType"];
        /**
         * Define an event type
         * @description At most 200. As soon as one is defined, the defined ones are in force in place of the built-in ones. It may take two minutes elsewhere.
         *
         *     With `ADMIN_KEY`.
         */
        put: operations["putEventType"];
        post?: never;
        /**
         * Delete an event type
         * @description One that no webhook names. A webhook that was made within the last minute may be missed. When none is left, the built-in ones are in force again.
         *
         *     With `ADMIN_KEY`.
         */
        delete: operations["deleteEventType"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the dispatcher runs
         * @description Without a key.
         */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an account's numbers
         * @description Of each of its webhooks, for a monitoring system: OpenMetrics 1.0, or the text format 0.0.4 of Prometheus for whoever prefers `text/plain`. Every webhook is asked, so once a minute is often enough. An account that was never used is a 404.
         *
         *     With `ADMIN_KEY`.
         */
        get: operations["readMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ping": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a key opens
         * @description Whose it is, what it may do, and until when.
         *
         *     With any key of an account, or `ADMIN_KEY`.
         */
        get: operations["ping"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the audit log
         * @description The latest 10,000 changes of the account, the newest first.
         *
         *     With a key of scope `webhooks:read`.
         */
        get: operations["readAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List keys
         * @description Of all accounts.
         *
         *     With `ADMIN_KEY`.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Mint a key
         * @description The account needs no other preparation. A key is for backends only.
         *
         *     With `ADMIN_KEY`.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The key's id.
                 * @example 0f3c9a1b2d4e5f607182
                 */
                id: components["parameters"]["KeyId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a key
         * @description It may open the account for two minutes more elsewhere.
         *
         *     With `ADMIN_KEY`.
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List accounts
         * @description Those that have, or had, a key or a webhook, or published an event, in the order of their names. The numbers are those of the lists of their webhooks, so they may lag a minute.
         *
         *     With `ADMIN_KEY`.
         */
        get: operations["listAccounts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/accounts/{account}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The account's name.
                 * @example acme
                 */
                account: components["parameters"]["Account"];
            };
            cookie?: never;
        };
        /**
         * Read an account
         * @description How it stands. An account that was never used is a 404, and one a day after its data was deleted.
         *
         *     With `ADMIN_KEY`.
         */
        get: operations["readAccount"];
        put?: never;
        post?: never;
        /**
         * Delete an account's data
         * @description Its webhooks stop at once; then they, its keys and its audit log are erased. The name can be used anew `ERASE_LINGER_MS` (120,000) after nothing was left.
         *
         *     With `ADMIN_KEY`.
         */
        delete: operations["deleteAccount"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/accounts/{account}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The account's name.
                 * @example acme
                 */
                account: components["parameters"]["Account"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Disable an account
         * @description All its webhooks stop. What waits keeps its place and its tries.
         *
         *     With `ADMIN_KEY`.
         */
        post: operations["disableAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/accounts/{account}/portal": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The account's name.
                 * @example acme
                 */
                account: components["parameters"]["Account"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a portal link
         * @description A link that opens the dashboard for this account and no other, until it expires. In it is a key of the account, behind the `#`, so that no server and no log sees it: hand it over as you would a key. `DELETE /v1/admin/keys/{id}` ends it sooner. A day after its end it is listed no more. With one of `PORTAL_*` set, it leads to `/portal`, the dashboard in the platform's look.
         *
         *     With `ADMIN_KEY`.
         */
        post: operations["createPortalLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/accounts/{account}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The account's name.
                 * @example acme
                 */
                account: components["parameters"]["Account"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enable an account
         * @description Its webhooks go on where they stopped.
         *
         *     With `ADMIN_KEY`.
         */
        post: operations["enableAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/accounts/{account}/import": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The account's name.
                 * @example acme
                 */
                account: components["parameters"]["Account"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import webhooks
         * @description For those who come from another sender: webhooks under the ids they have there. JSON lines, at most 100 in 1,048,576 bytes, each with `id` and what the creation of a webhook takes. Each is answered for itself, in order. A line whose webhook is there already changes nothing: it is 200 if the line asks for the same one, 409 if not (`active`, and a secret that is not given, are not compared).
         *
         *     With `ADMIN_KEY`.
         */
        post: operations["importWebhooks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    event: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive an event
         * @description The body is the event, byte for byte as it was published.
         *
         *     | event type | triggered when |
         *     |---|---|
         *     | `COURSE_ENROLLMENT` | Learner enrolls (or is enrolled) into a course |
         *     | `DOMAIN_ENROLLMENT` | Learner creates an account on a training domain |
         *     | `COURSE_COMPLETION` | Course is marked complete (by completing all required lessons or via an external event) |
         *     | `LESSON_COMPLETION` | Lesson is marked complete (through the learner action or via an external event) |
         *     | `PATH_COMPLETION` | Path is marked complete (by completing all courses in the path, or via an external event) |
         *     | `PATH_ENROLLMENT` | Learner enrolls (or is enrolled) into a Path |
         *     | `QUIZ_COMPLETION` | Quiz Attempt is Completed (note: if the quiz has a manual graded Task associated, this event will not trigger until the task is completed) |
         *     | `PURCHASE_FULFILLMENT` | Purchase event is fulfilled/completed |
         *     | `DASHBOARD_TASK_CREATED` | A Task has been created that requires a review on the dashboard |
         *     | `VILT_EVENT_REGISTRATION` | Learner registers for a virtual instructor-led training session |
         *
         *     A webhook whose `event_type` names one of these gets the operational events of its account, and the alert gets them all:
         *
         *     | event type | triggered when |
         *     |---|---|
         *     | `WEBHOOK_DEACTIVATED` | The dispatcher switched a webhook of the account off |
         *     | `WEBHOOK_FAILING` | Five tries in a row to a webhook of the account have failed |
         *     | `WEBHOOK_RECOVERED` | The receiver of a webhook that was failing answers again |
         *
         *     An event may arrive twice, when its answer was lost: drop a `webhook-id` that you have seen.
         */
        post: operations["receiveEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    COURSE_ENROLLMENT: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive `COURSE_ENROLLMENT`
         * @description Learner enrolls (or is enrolled) into a course. What all types have in common is said at `event`.
         */
        post: operations["receiveCourseEnrollment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    DOMAIN_ENROLLMENT: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive `DOMAIN_ENROLLMENT`
         * @description Learner creates an account on a training domain. What all types have in common is said at `event`.
         */
        post: operations["receiveDomainEnrollment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    COURSE_COMPLETION: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive `COURSE_COMPLETION`
         * @description Course is marked complete (by completing all required lessons or via an external event). What all types have in common is said at `event`.
         */
        post: operations["receiveCourseCompletion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    LESSON_COMPLETION: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive `LESSON_COMPLETION`
         * @description Lesson is marked complete (through the learner action or via an external event). What all types have in common is said at `event`.
         */
        post: operations["receiveLessonCompletion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    PATH_COMPLETION: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive `PATH_COMPLETION`
         * @description Path is marked complete (by completing all courses in the path, or via an external event). What all types have in common is said at `event`.
         */
        post: operations["receivePathCompletion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    PATH_ENROLLMENT: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive `PATH_ENROLLMENT`
         * @description Learner enrolls (or is enrolled) into a Path. What all types have in common is said at `event`.
         */
        post: operations["receivePathEnrollment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    QUIZ_COMPLETION: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive `QUIZ_COMPLETION`
         * @description Quiz Attempt is Completed (note: if the quiz has a manual graded Task associated, this event will not trigger until the task is completed). What all types have in common is said at `event`.
         */
        post: operations["receiveQuizCompletion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    PURCHASE_FULFILLMENT: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive `PURCHASE_FULFILLMENT`
         * @description Purchase event is fulfilled/completed. What all types have in common is said at `event`.
         */
        post: operations["receivePurchaseFulfillment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    DASHBOARD_TASK_CREATED: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive `DASHBOARD_TASK_CREATED`
         * @description A Task has been created that requires a review on the dashboard. What all types have in common is said at `event`.
         */
        post: operations["receiveDashboardTaskCreated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    VILT_EVENT_REGISTRATION: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive `VILT_EVENT_REGISTRATION`
         * @description Learner registers for a virtual instructor-led training session. What all types have in common is said at `event`.
         */
        post: operations["receiveViltEventRegistration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    WEBHOOK_DEACTIVATED: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive `WEBHOOK_DEACTIVATED`
         * @description The dispatcher switched a webhook of the account off. What all types have in common is said at `event`.
         */
        post: operations["receiveWebhookDeactivated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    WEBHOOK_FAILING: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive `WEBHOOK_FAILING`
         * @description Five tries in a row to a webhook of the account have failed. What all types have in common is said at `event`.
         */
        post: operations["receiveWebhookFailing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    WEBHOOK_RECOVERED: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive `WEBHOOK_RECOVERED`
         * @description The receiver of a webhook that was failing answers again. What all types have in common is said at `event`.
         */
        post: operations["receiveWebhookRecovered"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    PING: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive `PING`
         * @description Somebody tests a webhook. What all types have in common is said at `event`.
         */
        post: operations["receivePing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        /**
         * @description `untried`: active, and no attempt was made since it was created or activated. `healthy`: nearly all attempts succeed. `degraded`: the latest succeeded, but fewer than 95 % of those of the latest 1,000 events since it was activated. `failing`: the latest attempt failed. `paused`: its owner switched it off. `off`: the dispatcher did, which includes a disabled account.
         * @enum {string}
         */
        WebhookState: "untried" | "healthy" | "degraded" | "failing" | "paused" | "off";
        /**
         * @description Why the dispatcher switched a webhook off: the receiver answered 4xx, or asked for it; every retry failed; so it did, the last with a redirect; the account is disabled.
         * @enum {string}
         */
        DeactivateReason: "HTTP_4XX_RESPONSE" | "RETRY_COUNT" | "TOO_MANY_REDIRECTS" | "ORG_DISABLED";
        /**
         * @description How deliveries are signed.
         * @enum {string}
         */
        SignatureScheme: "hmac" | "ed25519";
        /** @description A retry schedule; a part that is left out is that of the deployment. */
        RetrySettings: {
            /** @description Retries after the first try; at most 100, or `RETRY_LIMIT` if that is more. */
            limit?: number;
            /** @description The delay before the first retry; it doubles with each one. */
            base_ms?: number;
            /** @description The longest delay. */
            max_ms?: number;
        };
        /** @description A retry schedule; a part that is left out or `null` is that of the deployment. */
        RetryOptions: {
            /** @description Retries after the first try; at most 100, or `RETRY_LIMIT` if that is more. */
            limit?: number | null;
            /** @description The delay before the first retry; it doubles with each one. */
            base_ms?: number | null;
            /** @description The longest delay. */
            max_ms?: number | null;
        };
        Webhook: {
            /** @description Its id; later webhooks have later ids. */
            id: string;
            /** @description Where events are POSTed, as its owner wrote it. */
            target_url: string;
            /** @description Whether events are sent. */
            active: boolean;
            /** @description Why the dispatcher switched it off; `null` if it did not. */
            deactivate_reason: components["schemas"]["DeactivateReason"] | null;
            /** @description The one type that is sent; `null`: all but the operational. `WEBHOOK_ALERT`: this is the alert, which gets the operational ones. */
            event_type: string | null;
            /** @description The user name, or blank. */
            basic_auth_username: string;
            /** @description Write-only: what is set reads as `********`. */
            basic_auth_password: string;
            /** @description The names of the headers; their values are write-only and read as `********`. */
            additional_headers: {
                [key: string]: string;
            };
            /** @description Only where there is a limit. */
            max_per_second?: number;
            /** @description At most so many sends are in flight at a time. */
            max_in_flight: number;
            /** @description `true`; absent where it is not set. */
            ordered?: boolean;
            /** @description `true`; absent where it is not set. */
            retry_4xx?: boolean;
            /** @description What Ed25519 signatures are verified with; only where they are. */
            signing_public_key?: string;
            /** @description What its owner calls it. It is shown and searched, never sent. */
            name: string;
            /** @description Texts of its owner's own, by key: at most 16; keys up to 40 characters, values up to 500. They are shown, never sent, and no place for secrets. */
            metadata: {
                [key: string]: string;
            };
            /** @description The types that are sent, when there are several. An entry that ends in `*` stands for every type that begins with the rest of it, also for later ones: `COURSE_*`. The operational types are among these only where it begins with `WEBHOOK_`. Beside a list `event_type` is `null`; a list of one type without `*` is the same as `event_type`. */
            event_types: string[];
            /** @description Which events are sent, by their content; `null`: all. */
            filter: {
                [key: string]: unknown;
            } | null;
            /** @description The longest time for one try. `null`: `DELIVERY_TIMEOUT_MS` (10,000). */
            timeout_ms: number | null;
            /** @description The retries of this webhook; a part that is left out is that of the deployment (`RETRY_LIMIT`, `RETRY_BASE_MS`, `RETRY_MAX_MS`). All delays together take at most as long as those of the deployment. `null`: all parts are the deployment's. */
            retry: components["schemas"]["RetrySettings"] | null;
            /** @description Whether a 4xx switches the webhook off. If not, only 410 does, and any other is retried. */
            deactivate_on_4xx: boolean;
            /** @description Whether events are held while the owner has switched the webhook off (`active: false`), to be recovered later, as they are when the dispatcher did. */
            hold_while_paused: boolean;
            /** @description `true` for a listener (`GET /v1/listen`); absent for any other webhook. */
            listener?: boolean;
            /**
             * Format: date-time
             * @description When it was created. `null` in a list: an earlier release wrote it.
             */
            created_at: string | null;
            /**
             * Format: date-time
             * @description When it was last changed, or else created. `null`: an earlier release changed it.
             */
            updated_at: string | null;
            state: components["schemas"]["WebhookState"];
            /** @description The account's other webhooks with the same target. An event is sent there once: by the oldest of them that is active and takes it. Not in lists and imports. */
            shares_target_with?: string[];
        };
        CreatedWebhook: {
            /** @description Its id; later webhooks have later ids. */
            id: string;
            /** @description Where events are POSTed, as its owner wrote it. */
            target_url: string;
            /** @description Whether events are sent. */
            active: boolean;
            /** @description Why the dispatcher switched it off; `null` if it did not. */
            deactivate_reason: components["schemas"]["DeactivateReason"] | null;
            /** @description The one type that is sent; `null`: all but the operational. `WEBHOOK_ALERT`: this is the alert, which gets the operational ones. */
            event_type: string | null;
            /** @description The user name, or blank. */
            basic_auth_username: string;
            /** @description Write-only: what is set reads as `********`. */
            basic_auth_password: string;
            /** @description The names of the headers; their values are write-only and read as `********`. */
            additional_headers: {
                [key: string]: string;
            };
            /** @description Only where there is a limit. */
            max_per_second?: number;
            /** @description At most so many sends are in flight at a time. */
            max_in_flight: number;
            /** @description `true`; absent where it is not set. */
            ordered?: boolean;
            /** @description `true`; absent where it is not set. */
            retry_4xx?: boolean;
            /** @description What Ed25519 signatures are verified with; only where they are. */
            signing_public_key?: string;
            /** @description What its owner calls it. It is shown and searched, never sent. */
            name: string;
            /** @description Texts of its owner's own, by key: at most 16; keys up to 40 characters, values up to 500. They are shown, never sent, and no place for secrets. */
            metadata: {
                [key: string]: string;
            };
            /** @description The types that are sent, when there are several. An entry that ends in `*` stands for every type that begins with the rest of it, also for later ones: `COURSE_*`. The operational types are among these only where it begins with `WEBHOOK_`. Beside a list `event_type` is `null`; a list of one type without `*` is the same as `event_type`. */
            event_types: string[];
            /** @description Which events are sent, by their content; `null`: all. */
            filter: {
                [key: string]: unknown;
            } | null;
            /** @description The longest time for one try. `null`: `DELIVERY_TIMEOUT_MS` (10,000). */
            timeout_ms: number | null;
            /** @description The retries of this webhook; a part that is left out is that of the deployment (`RETRY_LIMIT`, `RETRY_BASE_MS`, `RETRY_MAX_MS`). All delays together take at most as long as those of the deployment. `null`: all parts are the deployment's. */
            retry: components["schemas"]["RetrySettings"] | null;
            /** @description Whether a 4xx switches the webhook off. If not, only 410 does, and any other is retried. */
            deactivate_on_4xx: boolean;
            /** @description Whether events are held while the owner has switched the webhook off (`active: false`), to be recovered later, as they are when the dispatcher did. */
            hold_while_paused: boolean;
            /** @description `true` for a listener (`GET /v1/listen`); absent for any other webhook. */
            listener?: boolean;
            /**
             * Format: date-time
             * @description When it was created. `null` in a list: an earlier release wrote it.
             */
            created_at: string | null;
            /**
             * Format: date-time
             * @description When it was last changed, or else created. `null`: an earlier release changed it.
             */
            updated_at: string | null;
            state: components["schemas"]["WebhookState"];
            /** @description The account's other webhooks with the same target. An event is sent there once: by the oldest of them that is active and takes it. Not in lists and imports. */
            shares_target_with?: string[];
            /** @description What its deliveries are verified with: shown this once. */
            signing_secret?: string;
        };
        WebhookCreate: {
            /**
             * Format: uri
             * @description Where events are POSTed: absolute, http or https, without credentials, and a host on the public internet.
             */
            target_url: string;
            /** @description Whether events are sent. `true` re-activates a webhook that was switched off. In a form, `true`, `yes`, `on` or `1`, and their opposites, are taken too. */
            active?: boolean;
            /** @description The one type that is sent: one that is in force (`GET /v1/event-types`), or an operational one (`WEBHOOK_DEACTIVATED`, `WEBHOOK_FAILING`, `WEBHOOK_RECOVERED`). Left out, `null` or blank: all but the operational. */
            event_type?: string | null;
            /** @description User name for basic authentication at the receiver; without a colon. */
            basic_auth_username?: string | null;
            /** @description Password for the same. `********` in an update keeps the stored one. */
            basic_auth_password?: string | null;
            /** @description Sent with every POST: at most 64, of 16 kB in all; names and values by RFC 9110. `Host`, `Content-*`, `User-Agent`, `webhook-*`, `traceparent`, `tracestate`, `X-Forwarded-*`, `CF-*` (but for `CF-Access-*`) and hop-by-hop headers may not be set. `null`: none. */
            additional_headers?: {
                [key: string]: string;
            } | null;
            /** @description At most so many sends begin within any second. `null`: no limit. */
            max_per_second?: number | null;
            /**
             * @description At most so many sends are in flight at a time. `null`: 64.
             * @default 64
             */
            max_in_flight?: number | null;
            /** @description Strict order of publication, one at a time; a failing event holds back the later ones. */
            ordered?: boolean;
            /** @description 408, 425 and 429 are retried. All other 4xx still switch the webhook off. */
            retry_4xx?: boolean;
            /** @description Whether a 4xx switches the webhook off. If not, only 410 does, and any other is retried. */
            deactivate_on_4xx?: boolean;
            /** @description Whether events are held while the owner has switched the webhook off (`active: false`), to be recovered later, as they are when the dispatcher did. */
            hold_while_paused?: boolean;
            /** @description What its owner calls it. It is shown and searched, never sent. */
            name?: string | null;
            /** @description Texts of its owner's own, by key: at most 16; keys up to 40 characters, values up to 500. They are shown, never sent, and no place for secrets. */
            metadata?: {
                [key: string]: string;
            } | null;
            /** @description The types that are sent, when there are several. An entry that ends in `*` stands for every type that begins with the rest of it, also for later ones: `COURSE_*`. The operational types are among these only where it begins with `WEBHOOK_`. Beside a list `event_type` is `null`; a list of one type without `*` is the same as `event_type`. */
            event_types?: string[] | null;
            /** @description Which events are sent, by their content, in the language of Outpost, Hookdeck and Convoy (CONCEPTS, Filters): `{"user": {"plan": {"$in": ["pro", "team"]}}, "score": {"$gte": 80}}`. At most 4096 bytes without spaces, 8 levels and 64 values. `null` or `{}`: all. */
            filter?: {
                [key: string]: unknown;
            } | null;
            /** @description The longest time for one try. `null`: `DELIVERY_TIMEOUT_MS` (10,000). */
            timeout_ms?: number | null;
            /** @description The retries of this webhook; a part that is left out is that of the deployment (`RETRY_LIMIT`, `RETRY_BASE_MS`, `RETRY_MAX_MS`). All delays together take at most as long as those of the deployment. `null`: all parts are the deployment's. */
            retry?: components["schemas"]["RetryOptions"] | null;
            /** @description `whsec_` and the base64 of 24 to 64 bytes, padded or not. Made by the dispatcher if left out. */
            signing_secret?: string | null;
            /** @description How deliveries are signed; `hmac` if left out. An Ed25519 pair is made here. */
            signature?: components["schemas"]["SignatureScheme"] | null;
        };
        /** @description What is left out is kept. */
        WebhookUpdate: {
            /**
             * Format: uri
             * @description Where events are POSTed: absolute, http or https, without credentials, and a host on the public internet.
             */
            target_url?: string;
            /** @description Whether events are sent. `true` re-activates a webhook that was switched off. In a form, `true`, `yes`, `on` or `1`, and their opposites, are taken too. */
            active?: boolean;
            /** @description The one type that is sent: one that is in force (`GET /v1/event-types`), or an operational one (`WEBHOOK_DEACTIVATED`, `WEBHOOK_FAILING`, `WEBHOOK_RECOVERED`). Left out, `null` or blank: all but the operational. */
            event_type?: string | null;
            /** @description User name for basic authentication at the receiver; without a colon. */
            basic_auth_username?: string | null;
            /** @description Password for the same. `********` in an update keeps the stored one. */
            basic_auth_password?: string | null;
            /** @description Sent with every POST: at most 64, of 16 kB in all; names and values by RFC 9110. `Host`, `Content-*`, `User-Agent`, `webhook-*`, `traceparent`, `tracestate`, `X-Forwarded-*`, `CF-*` (but for `CF-Access-*`) and hop-by-hop headers may not be set. `null`: none. */
            additional_headers?: {
                [key: string]: string;
            } | null;
            /** @description At most so many sends begin within any second. `null`: no limit. */
            max_per_second?: number | null;
            /** @description At most so many sends are in flight at a time. `null`: 64. */
            max_in_flight?: number | null;
            /** @description Strict order of publication, one at a time; a failing event holds back the later ones. */
            ordered?: boolean;
            /** @description 408, 425 and 429 are retried. All other 4xx still switch the webhook off. */
            retry_4xx?: boolean;
            /** @description Whether a 4xx switches the webhook off. If not, only 410 does, and any other is retried. */
            deactivate_on_4xx?: boolean;
            /** @description Whether events are held while the owner has switched the webhook off (`active: false`), to be recovered later, as they are when the dispatcher did. */
            hold_while_paused?: boolean;
            /** @description What its owner calls it. It is shown and searched, never sent. */
            name?: string | null;
            /** @description Texts of its owner's own, by key: at most 16; keys up to 40 characters, values up to 500. They are shown, never sent, and no place for secrets. */
            metadata?: {
                [key: string]: string;
            } | null;
            /** @description The types that are sent, when there are several. An entry that ends in `*` stands for every type that begins with the rest of it, also for later ones: `COURSE_*`. The operational types are among these only where it begins with `WEBHOOK_`. Beside a list `event_type` is `null`; a list of one type without `*` is the same as `event_type`. */
            event_types?: string[] | null;
            /** @description Which events are sent, by their content, in the language of Outpost, Hookdeck and Convoy (CONCEPTS, Filters): `{"user": {"plan": {"$in": ["pro", "team"]}}, "score": {"$gte": 80}}`. At most 4096 bytes without spaces, 8 levels and 64 values. `null` or `{}`: all. */
            filter?: {
                [key: string]: unknown;
            } | null;
            /** @description The longest time for one try. `null`: `DELIVERY_TIMEOUT_MS` (10,000). */
            timeout_ms?: number | null;
            /** @description The retries of this webhook; a part that is left out is that of the deployment (`RETRY_LIMIT`, `RETRY_BASE_MS`, `RETRY_MAX_MS`). All delays together take at most as long as those of the deployment. `null`: all parts are the deployment's. */
            retry?: components["schemas"]["RetryOptions"] | null;
        };
        /** @description `target_url` is required when the account has no alert. Else it is a change. */
        AlertPut: {
            /**
             * Format: uri
             * @description Where events are POSTed: absolute, http or https, without credentials, and a host on the public internet.
             */
            target_url?: string;
            /** @description Whether events are sent. `true` re-activates a webhook that was switched off. In a form, `true`, `yes`, `on` or `1`, and their opposites, are taken too. */
            active?: boolean;
            /** @description User name for basic authentication at the receiver; without a colon. */
            basic_auth_username?: string | null;
            /** @description Password for the same. `********` in an update keeps the stored one. */
            basic_auth_password?: string | null;
            /** @description Sent with every POST: at most 64, of 16 kB in all; names and values by RFC 9110. `Host`, `Content-*`, `User-Agent`, `webhook-*`, `traceparent`, `tracestate`, `X-Forwarded-*`, `CF-*` (but for `CF-Access-*`) and hop-by-hop headers may not be set. `null`: none. */
            additional_headers?: {
                [key: string]: string;
            } | null;
            /** @description At most so many sends begin within any second. `null`: no limit. */
            max_per_second?: number | null;
            /** @description At most so many sends are in flight at a time. `null`: 64. */
            max_in_flight?: number | null;
            /** @description Strict order of publication, one at a time; a failing event holds back the later ones. */
            ordered?: boolean;
            /** @description 408, 425 and 429 are retried. All other 4xx still switch the webhook off. */
            retry_4xx?: boolean;
            /** @description Whether a 4xx switches the webhook off. If not, only 410 does, and any other is retried. */
            deactivate_on_4xx?: boolean;
            /** @description Whether events are held while the owner has switched the webhook off (`active: false`), to be recovered later, as they are when the dispatcher did. */
            hold_while_paused?: boolean;
            /** @description What its owner calls it. It is shown and searched, never sent. */
            name?: string | null;
            /** @description Texts of its owner's own, by key: at most 16; keys up to 40 characters, values up to 500. They are shown, never sent, and no place for secrets. */
            metadata?: {
                [key: string]: string;
            } | null;
            /** @description Which events are sent, by their content, in the language of Outpost, Hookdeck and Convoy (CONCEPTS, Filters): `{"user": {"plan": {"$in": ["pro", "team"]}}, "score": {"$gte": 80}}`. At most 4096 bytes without spaces, 8 levels and 64 values. `null` or `{}`: all. */
            filter?: {
                [key: string]: unknown;
            } | null;
            /** @description The longest time for one try. `null`: `DELIVERY_TIMEOUT_MS` (10,000). */
            timeout_ms?: number | null;
            /** @description The retries of this webhook; a part that is left out is that of the deployment (`RETRY_LIMIT`, `RETRY_BASE_MS`, `RETRY_MAX_MS`). All delays together take at most as long as those of the deployment. `null`: all parts are the deployment's. */
            retry?: components["schemas"]["RetryOptions"] | null;
            /** @description `whsec_` and the base64 of 24 to 64 bytes, padded or not. Made by the dispatcher if left out. */
            signing_secret?: string | null;
            /** @description How deliveries are signed; `hmac` if left out. An Ed25519 pair is made here. */
            signature?: components["schemas"]["SignatureScheme"] | null;
        };
        /** @description What the receiver verifies with from now on. */
        Signing: {
            /** @description What its deliveries are verified with: shown this once. */
            signing_secret?: string;
            /** @description What Ed25519 signatures are verified with; only where they are. */
            signing_public_key?: string;
        };
        Rotation: {
            /** @description `whsec_` and the base64 of 24 to 64 bytes, padded or not. Made by the dispatcher if left out. */
            signing_secret?: string | null;
            /**
             * @description For how long the key before signs too.
             * @default 86400
             */
            grace_seconds?: number;
        };
        PingResult: {
            /** @description Whether the receiver answered 2xx. */
            succeeded: boolean;
            /** @description The id of the event that was sent: its `webhook-id`. */
            event_id: string;
            /** @description How long it took, in milliseconds. */
            duration_ms: number;
            /** @description What the receiver answered; `null` if it did not. */
            http_status_code: number | null;
            /** @description Why it failed; `null` if it succeeded. */
            fault: components["schemas"]["DeliveryFault"] | null;
            /** @description The first 1,024 bytes of the answer, without the webhook's secrets. */
            answer: string | null;
            /** @description The outcome in words. */
            message: string;
        };
        WebhookList: {
            /** @description How many there are on all pages. */
            count: number;
            /**
             * Format: uri
             * @description The URL of the next page.
             */
            next: string | null;
            /**
             * Format: uri
             * @description The URL of the page before.
             */
            previous: string | null;
            results: components["schemas"]["Webhook"][];
        };
        /**
         * @description | class | what happened | what to do |
         *     |---|---|---|
         *     | `dns` | The host name of the target did not resolve. | Check the spelling of the host and its DNS records. |
         *     | `refused` | Nothing accepted the connection. | Check that the server runs, and that its port is right and open to the internet. |
         *     | `reset` | The connection broke before a complete answer. | Look in the receiver's log, and in that of a proxy in front of it, for a crash or a limit. |
         *     | `tls` | No TLS connection could be made. | Check that the port speaks TLS, in version 1.2 or 1.3 with a current cipher. |
         *     | `certificate` | The receiver's certificate was not accepted. | Check that it is current, names this host, and is sent with its whole chain. |
         *     | `timeout_connect` | The connection was not made in time. | Check firewalls and routing, and whether the server has connections left. |
         *     | `timeout_answer` | There was no answer in time. | Answer first and do the work afterwards. |
         *     | `not_http` | What answered does not speak HTTP. | Check that the port is that of a web server, and `https` if it speaks TLS. |
         *     | `blocked_target` | The rules of this dispatcher, or of its platform, forbid the target. | Use a public host name that is not this dispatcher's own. |
         *     | `http_status` | The receiver answered with an error status. | Look at its answer and in its log. |
         *     | `redirect` | The receiver answered with a redirect, which is not followed. | Set the target to the URL that it redirects to. |
         *     | `bot_challenge` | A bot protection in front of the receiver answered instead of it. | Let requests with the header `webhook-id` pass the bot protection. |
         *     | `lost` | The outcome never reached the dispatcher's storage, as it was restarted meanwhile. | Nothing: the attempt is made again. |
         * @enum {string}
         */
        DeliveryFault: "dns" | "refused" | "reset" | "tls" | "certificate" | "timeout_connect" | "timeout_answer" | "not_http" | "blocked_target" | "http_status" | "redirect" | "bot_challenge" | "lost";
        /**
         * @description Waiting for its next try; on its way; arrived; not arrived before the webhook was switched off; come while it was.
         * @enum {string}
         */
        DeliveryStatus: "waiting" | "in_flight" | "delivered" | "undelivered" | "held";
        /**
         * @description Its time had come; somebody asked for it; a recovery took it up.
         * @enum {string}
         */
        AttemptCause: "schedule" | "resend" | "recover";
        /**
         * @description `none`: none was ever asked for; `stopped`: the webhook was switched off.
         * @enum {string}
         */
        RecoveryState: "none" | "running" | "done" | "stopped";
        /**
         * @description What of the missed deliveries is meant.
         * @enum {string}
         */
        MissedStatus: "held" | "undelivered" | "all";
        Delivery: {
            /** @description The event's id, and the `webhook-id` of each of its POSTs. */
            event_id: string;
            /** @description The event's type. */
            event_type: string;
            status: components["schemas"]["DeliveryStatus"];
            /**
             * Format: date-time
             * @description When the webhook stored it.
             */
            accepted_at: string;
            /**
             * Format: date-time
             * @description When it arrived.
             */
            delivered_at: string | null;
            /**
             * Format: date-time
             * @description When its next try will be made, if that is known: never in the past.
             */
            next_try_at: string | null;
            /** @description What it waits for, where the time is not known. */
            waits_for: components["schemas"]["WaitReason"] | null;
            /** @description How many tries of its schedule were made. */
            try_count: number;
            /** @description What the receiver answered to its latest try. */
            http_status_code: number | null;
            /** @description Why it failed; `null` if it succeeded. */
            fault: components["schemas"]["DeliveryFault"] | null;
            /** @description The trace to which the event and each of its POSTs belong. */
            trace_id: string;
            /** @description The span in which it was published, if the `traceparent` of that said it. */
            parent_span_id: string | null;
        };
        DeliveryDetail: {
            /** @description The event's id, and the `webhook-id` of each of its POSTs. */
            event_id: string;
            /** @description The event's type. */
            event_type: string;
            status: components["schemas"]["DeliveryStatus"];
            /**
             * Format: date-time
             * @description When the webhook stored it.
             */
            accepted_at: string;
            /**
             * Format: date-time
             * @description When it arrived.
             */
            delivered_at: string | null;
            /**
             * Format: date-time
             * @description When its next try will be made, if that is known: never in the past.
             */
            next_try_at: string | null;
            /** @description What it waits for, where the time is not known. */
            waits_for: components["schemas"]["WaitReason"] | null;
            /** @description How many tries of its schedule were made. */
            try_count: number;
            /** @description What the receiver answered to its latest try. */
            http_status_code: number | null;
            /** @description Why it failed; `null` if it succeeded. */
            fault: components["schemas"]["DeliveryFault"] | null;
            /** @description The trace to which the event and each of its POSTs belong. */
            trace_id: string;
            /** @description The span in which it was published, if the `traceparent` of that said it. */
            parent_span_id: string | null;
            /** @description Every try, the first one first. */
            tries: components["schemas"]["DeliveryAttempt"][];
        };
        DeliveryRequest: {
            /**
             * Format: date-time
             * @description When the try was made.
             */
            at: string;
            /** @constant */
            method: "POST";
            /** @description The target, as it was requested. */
            url: string;
            /** @description The headers by name. The password and the values of the webhook's additional headers are `********`. Without a body there is no signature. */
            headers: {
                [key: string]: string;
            };
            /** @description The event, byte for byte; `null` if it is not kept. */
            body: string | null;
        };
        DeliveryAttempt: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            at: string;
            /** @description Its span in the trace, as in the `traceparent` of its POST. */
            span_id: string;
            /** @description How long it took, in milliseconds. */
            duration_ms: number;
            cause: components["schemas"]["AttemptCause"];
            /** @description What the receiver answered. */
            http_status_code: number | null;
            /** @description Why it failed; `null` if it succeeded. */
            fault: components["schemas"]["DeliveryFault"] | null;
            /** @description The first 1,024 bytes of the answer, without the webhook's secrets. */
            answer: string | null;
        };
        DeliveryList: {
            /**
             * Format: uri
             * @description The URL of the page of older ones.
             */
            next: string | null;
            /**
             * Format: uri
             * @description The URL of the page of newer ones.
             */
            previous: string | null;
            /** @description A page looks at up to 4,000 deliveries. With a filter it may be short or empty although there is a `next`. */
            results: components["schemas"]["Delivery"][];
        };
        /**
         * @description `courier`: it is being started; `window`: another try has to end first; `rate`: `max_per_second` is reached; `order`: the delivery before it; `probe`: the receiver fails, and one delivery at a time is tried; `account`: it is disabled; `master_key`: the webhook's secrets cannot be opened; `listener`: its client is not connected.
         * @enum {string}
         */
        WaitReason: "courier" | "window" | "rate" | "order" | "probe" | "account" | "master_key" | "listener";
        WebhookStats: {
            state: components["schemas"]["WebhookState"];
            /** @description How many wait for a try. */
            waiting: number;
            /** @description How many are on their way. */
            in_flight: number;
            /** @description How many have arrived. */
            delivered: number;
            /** @description How many had not arrived when the webhook was switched off. */
            undelivered: number;
            /** @description How many came while it was. */
            held: number;
            /** @description How many held events went because there were more than `HOLD_EVENTS`. */
            dropped: number;
            /** @description How many events were refused because the backlog or the storage was full. */
            refused: number;
            /** @description How many events the webhook has accepted. This and the next two only grow, until nothing is stored any more: then they begin at 0 again. */
            accepted_total: number;
            /** @description How many of these have arrived. */
            delivered_total: number;
            /** @description How many tries failed and counted against the webhook, by fault. */
            failed_tries_total: {
                [key: string]: number;
            };
            /** @description How many events its `filter` left out, at least. */
            filtered: number;
            /** @description How many tries may be in flight at a time now: `max_in_flight`, 1 for an ordered webhook, fewer after signs of overload. */
            window: number;
            /** @description The retries of the webhook, and how long one try may take, in words. The time is rounded up. */
            schedule: string;
            /**
             * Format: date-time
             * @description When the receiver last took an event.
             */
            last_success_at: string | null;
            /**
             * Format: date-time
             * @description When it last did not.
             */
            last_failure_at: string | null;
            /**
             * Format: date-time
             * @description When the next try will be made, if that is known: never in the past.
             */
            next_try_at: string | null;
            /** @description What the next try waits for, where the time is not known. */
            waits_for: components["schemas"]["WaitReason"] | null;
            /**
             * Format: date-time
             * @description From when on delivered events have their bodies, so that they can be sent again. `null`: from the beginning (`RETENTION_HOURS`). Otherwise older ones had to go for lack of room.
             */
            bodies_since: string | null;
            /**
             * Format: date-time
             * @description From when on the history has every delivery. `null`: from the beginning. Otherwise older ones that had arrived had to go for lack of room.
             */
            history_since: string | null;
            /** @description Over how many tries the numbers below are. */
            tries: number;
            /** @description Which part of them succeeded. */
            success_rate: number | null;
            /** @description Half of them took at most so long. */
            duration_ms_p50: number | null;
            /** @description All but one in a hundred took at most so long. */
            duration_ms_p99: number | null;
        };
        WebhookSeries: {
            /** @description The length of a step, in seconds. */
            step: number;
            /** @description Whether every delivery of the range is counted. A series counts some millions, the newest first; then the oldest steps lack some. */
            complete: boolean;
            /** @description The steps, the oldest first. */
            series: components["schemas"]["SeriesStep"][];
        };
        SeriesStep: {
            /**
             * Format: date-time
             * @description When the step begins: a multiple of its length, in UTC.
             */
            at: string;
            /** @description How many of the deliveries accepted in it arrived with the first try. */
            delivered: number;
            /** @description How many arrived after retries. */
            retried: number;
            /** @description How many wait for a try or are on their way. */
            open: number;
            /** @description How many had not arrived when it was switched off, or were skipped. */
            failed: number;
            /** @description How many came while it was switched off, and wait for a recovery. */
            held: number;
            /** @description Half of the tries that succeeded took at most so long, in milliseconds, off by less than a fifth. `null`: none succeeded. */
            p50_ms: number | null;
            /** @description 95 % of the tries that succeeded took at most so long, in milliseconds, off by less than a fifth. `null`: none succeeded. */
            p95_ms: number | null;
        };
        Recovery: {
            state: components["schemas"]["RecoveryState"];
            /**
             * Format: date-time
             * @description When it was asked for.
             */
            started_at: string | null;
            /** @description How many deliveries there were to take up. */
            total: number;
            /** @description How many were taken up. */
            taken: number;
            /** @description How many of these arrived at their first try. */
            delivered: number;
        };
        RecoverRequest: {
            /**
             * Format: date-time
             * @description Only what was accepted at this time or later.
             */
            since?: string | null;
            /** @description Only these; all if left out. */
            status?: components["schemas"]["MissedStatus"] | null;
            /** @description Only those whose latest try was answered so. A status code, as `503`, or a class of them, as `5xx`. */
            http_status_code?: string | number | null;
            /** @description Why it failed; `null` if it succeeded. */
            fault?: components["schemas"]["DeliveryFault"] | null;
        };
        ResentDeliveries: {
            /** @description How many are sent again. */
            resent: number;
            /** @description The URL of the call that goes on, if there may be more. */
            next: string | null;
        };
        EventDetail: {
            /** @description The event's id, and the `webhook-id` of each of its POSTs. */
            id: string;
            deliveries: components["schemas"]["EventDelivery"][];
        };
        EventDelivery: {
            /** @description The webhook's id. */
            webhook: string;
            /** @description The event's id, and the `webhook-id` of each of its POSTs. */
            event_id: string;
            /** @description The event's type. */
            event_type: string;
            status: components["schemas"]["DeliveryStatus"];
            /**
             * Format: date-time
             * @description When the webhook stored it.
             */
            accepted_at: string;
            /**
             * Format: date-time
             * @description When it arrived.
             */
            delivered_at: string | null;
            /**
             * Format: date-time
             * @description When its next try will be made, if that is known: never in the past.
             */
            next_try_at: string | null;
            /** @description What it waits for, where the time is not known. */
            waits_for: components["schemas"]["WaitReason"] | null;
            /** @description How many tries of its schedule were made. */
            try_count: number;
            /** @description What the receiver answered to its latest try. */
            http_status_code: number | null;
            /** @description Why it failed; `null` if it succeeded. */
            fault: components["schemas"]["DeliveryFault"] | null;
            /** @description The trace to which the event and each of its POSTs belong. */
            trace_id: string;
            /** @description The span in which it was published, if the `traceparent` of that said it. */
            parent_span_id: string | null;
            /** @description Every try, the first one first. */
            tries: components["schemas"]["DeliveryAttempt"][];
        };
        /**
         * @description | event type | triggered when |
         *     |---|---|
         *     | `COURSE_ENROLLMENT` | Learner enrolls (or is enrolled) into a course |
         *     | `DOMAIN_ENROLLMENT` | Learner creates an account on a training domain |
         *     | `COURSE_COMPLETION` | Course is marked complete (by completing all required lessons or via an external event) |
         *     | `LESSON_COMPLETION` | Lesson is marked complete (through the learner action or via an external event) |
         *     | `PATH_COMPLETION` | Path is marked complete (by completing all courses in the path, or via an external event) |
         *     | `PATH_ENROLLMENT` | Learner enrolls (or is enrolled) into a Path |
         *     | `QUIZ_COMPLETION` | Quiz Attempt is Completed (note: if the quiz has a manual graded Task associated, this event will not trigger until the task is completed) |
         *     | `PURCHASE_FULFILLMENT` | Purchase event is fulfilled/completed |
         *     | `DASHBOARD_TASK_CREATED` | A Task has been created that requires a review on the dashboard |
         *     | `VILT_EVENT_REGISTRATION` | Learner registers for a virtual instructor-led training session |
         *
         *     The variable `EVENT_TYPES` replaces the list, and so does the operator's catalogue; `GET /v1/event-types` answers what is in force.
         * @enum {string}
         */
        EventTypeName: "COURSE_ENROLLMENT" | "DOMAIN_ENROLLMENT" | "COURSE_COMPLETION" | "LESSON_COMPLETION" | "PATH_COMPLETION" | "PATH_ENROLLMENT" | "QUIZ_COMPLETION" | "PURCHASE_FULFILLMENT" | "DASHBOARD_TASK_CREATED" | "VILT_EVENT_REGISTRATION";
        /** @description Any JSON object, no deeper than 127 levels, with an `event_type` of the list. It is delivered byte for byte. */
        Event: {
            event_type: components["schemas"]["EventTypeName"];
        } & {
            [key: string]: unknown;
        };
        PublishedEvent: {
            /** @description The event's id: the `webhook-id` of each of its POSTs. */
            id: string;
            /** @description The event's type. */
            event_type: string;
            /** @description How many webhooks have stored it. */
            webhooks: number;
            /** @description How many are switched off and hold it; absent if none. */
            held?: number;
            /** @description The webhooks that match it and refused it; absent if none. */
            refused?: components["schemas"]["RefusedEvent"][];
        };
        RefusedEvent: {
            /** @description The webhook's id. */
            webhook: string;
            reason: components["schemas"]["RefusalReason"];
        };
        /**
         * @description As much waits for it as may (`MAX_BACKLOG`, `MAX_BACKLOG_BYTES`); what it has not delivered yet fills its storage.
         * @enum {string}
         */
        RefusalReason: "backlog" | "storage";
        /** @description What the event would have been answered with alone. */
        BatchItem: components["schemas"]["BatchAccepted"] | components["schemas"]["BatchRejected"];
        BatchAccepted: {
            /**
             * @description It is stored.
             * @constant
             */
            status: 202;
            /** @description The event's id: the `webhook-id` of each of its POSTs. */
            id: string;
            /** @description The event's type. */
            event_type: string;
            /** @description How many webhooks have stored it. */
            webhooks: number;
            /** @description How many are switched off and hold it; absent if none. */
            held?: number;
            /** @description The webhooks that match it and refused it; absent if none. */
            refused?: components["schemas"]["RefusedEvent"][];
        };
        BatchRejected: {
            /**
             * @description It is wrong; too long; not known to be stored everywhere.
             * @enum {integer}
             */
            status: 400 | 413 | 503;
            /** @description What is wrong, or completes it. */
            detail?: string;
            /** @description Only of a 503: the event's id, if some webhooks may have stored it. */
            id?: string;
            /** @description Only of a 400: what is wrong with the type. */
            event_type?: string[];
            /** @description Only of a 400: what is wrong with the whole. */
            non_field_errors?: string[];
        };
        EventType: {
            /** @description The event's type. */
            event_type: string;
            /** @description When such an event is published; the same as `description`. */
            triggered_when: string;
            /** @description The event's type. */
            name: string;
            /** @description When such an event is published. */
            description: string;
            /** @description An example event. */
            example: Record<string, never> | null;
            /** @description A JSON Schema of the events, which is not enforced. */
            schema: Record<string, never> | null;
            /** @description Whether it is not to be used any more. It is still published. */
            deprecated: boolean;
        };
        EventTypeList: components["schemas"]["EventType"][];
        /** @description What is left out is kept. */
        TypeDefinition: {
            /** @description When such an event is published. */
            description?: string | null;
            /** @description An example event, of which samples and pings are made. Its `event_type` may be left out. */
            example?: Record<string, never> | null;
            /** @description A JSON Schema of the events. It is shown, and not enforced. */
            schema?: Record<string, never> | null;
            /** @description Whether it is not to be used any more. */
            deprecated?: boolean;
        };
        FilterTest: {
            /** @description The filter, as a webhook has it. */
            filter: {
                [key: string]: unknown;
            } | null;
            /** @description The event. */
            event: {
                [key: string]: unknown;
            };
        };
        FilterVerdict: {
            /** @description Whether a webhook with this filter gets the event. */
            matches: boolean;
            /** @description Why not; `null` if it matches. */
            reason: components["schemas"]["FilterMismatch"] | null;
        };
        FilterMismatch: {
            /** @description The first rule that does not hold: a JSON pointer into the filter. */
            pointer: string;
            /** @description What the event has there. */
            detail: string;
        };
        SampleList: {
            results: components["schemas"]["ReceivedEvent"][];
            /** @description That it is an example; absent if the body is documented. */
            note?: string;
        };
        /** @description An event of any type, also of one that the operator has defined. */
        ReceivedEvent: {
            /** @description The event's type. */
            event_type: string;
        } & {
            [key: string]: unknown;
        };
        /** @description Learner enrolls (or is enrolled) into a course. Members that are not named here may be there too. */
        CourseEnrollmentEvent: {
            /**
             * @description The event's type.
             * @constant
             */
            event_type: "COURSE_ENROLLMENT";
            /** @description `true` in the test event of a ping; absent otherwise. */
            test?: boolean;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp?: string;
            user?: components["schemas"]["EventUser"];
            course?: components["schemas"]["EventCourse"];
            domain?: components["schemas"]["EventDomain"];
            purchase?: components["schemas"]["EventPurchase"];
            /** @description The access code of the domain that was used. */
            domain_access_code?: string;
        } & {
            [key: string]: unknown;
        };
        /** @description Learner creates an account on a training domain. Members that are not named here may be there too. */
        DomainEnrollmentEvent: {
            /**
             * @description The event's type.
             * @constant
             */
            event_type: "DOMAIN_ENROLLMENT";
            /** @description `true` in the test event of a ping; absent otherwise. */
            test?: boolean;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp?: string;
            user?: components["schemas"]["EventUser"];
            domain?: components["schemas"]["EventDomain"];
        } & {
            [key: string]: unknown;
        };
        /** @description Course is marked complete (by completing all required lessons or via an external event). Members that are not named here may be there too. */
        CourseCompletionEvent: {
            /**
             * @description The event's type.
             * @constant
             */
            event_type: "COURSE_COMPLETION";
            /** @description `true` in the test event of a ping; absent otherwise. */
            test?: boolean;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp?: string;
            user?: components["schemas"]["EventUser"];
            course?: components["schemas"]["EventCourse"];
            domain?: components["schemas"]["EventDomain"];
            course_progress?: components["schemas"]["EventCourseProgress"];
        } & {
            [key: string]: unknown;
        };
        /** @description Lesson is marked complete (through the learner action or via an external event). Members that are not named here may be there too. */
        LessonCompletionEvent: {
            /**
             * @description The event's type.
             * @constant
             */
            event_type: "LESSON_COMPLETION";
            /** @description `true` in the test event of a ping; absent otherwise. */
            test?: boolean;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp?: string;
            user?: components["schemas"]["EventUser"];
            course?: components["schemas"]["EventCourse"];
            domain?: components["schemas"]["EventDomain"];
            lesson?: components["schemas"]["EventLesson"];
            lesson_progress?: components["schemas"]["EventLessonProgress"];
        } & {
            [key: string]: unknown;
        };
        /** @description Path is marked complete (by completing all courses in the path, or via an external event). Members that are not named here may be there too. */
        PathCompletionEvent: {
            /**
             * @description The event's type.
             * @constant
             */
            event_type: "PATH_COMPLETION";
            /** @description `true` in the test event of a ping; absent otherwise. */
            test?: boolean;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp?: string;
            user?: components["schemas"]["EventUser"];
            path?: components["schemas"]["EventPath"];
            domain?: components["schemas"]["EventDomain"];
            /**
             * Format: date-time
             * @description When it was completed.
             */
            completed_at?: string;
        } & {
            [key: string]: unknown;
        };
        /** @description Learner enrolls (or is enrolled) into a Path. Members that are not named here may be there too. */
        PathEnrollmentEvent: {
            /**
             * @description The event's type.
             * @constant
             */
            event_type: "PATH_ENROLLMENT";
            /** @description `true` in the test event of a ping; absent otherwise. */
            test?: boolean;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp?: string;
            user?: components["schemas"]["EventUser"];
            path?: components["schemas"]["EventPath"];
            domain?: components["schemas"]["EventDomain"];
        } & {
            [key: string]: unknown;
        };
        /** @description Quiz Attempt is Completed (note: if the quiz has a manual graded Task associated, this event will not trigger until the task is completed). Members that are not named here may be there too. */
        QuizCompletionEvent: {
            /**
             * @description The event's type.
             * @constant
             */
            event_type: "QUIZ_COMPLETION";
            /** @description `true` in the test event of a ping; absent otherwise. */
            test?: boolean;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp?: string;
            user?: components["schemas"]["EventUser"];
            course?: components["schemas"]["EventCourse"];
            domain?: components["schemas"]["EventDomain"];
            lesson?: components["schemas"]["EventLesson"];
            quiz?: components["schemas"]["EventQuiz"];
            /** @description The points that were scored. */
            score?: number;
            /** @description The points that could be scored. */
            max_score?: number;
        } & {
            [key: string]: unknown;
        };
        /** @description Purchase event is fulfilled/completed. Members that are not named here may be there too. */
        PurchaseFulfillmentEvent: {
            /**
             * @description The event's type.
             * @constant
             */
            event_type: "PURCHASE_FULFILLMENT";
            /** @description `true` in the test event of a ping; absent otherwise. */
            test?: boolean;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp?: string;
            user?: components["schemas"]["EventUser"];
            domain?: components["schemas"]["EventDomain"];
            purchase?: components["schemas"]["EventFulfillment"];
        } & {
            [key: string]: unknown;
        };
        /** @description A Task has been created that requires a review on the dashboard. Members that are not named here may be there too. */
        DashboardTaskCreatedEvent: {
            /**
             * @description The event's type.
             * @constant
             */
            event_type: "DASHBOARD_TASK_CREATED";
            /** @description `true` in the test event of a ping; absent otherwise. */
            test?: boolean;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp?: string;
            user?: components["schemas"]["EventUser"];
            course?: components["schemas"]["EventCourse"];
            domain?: components["schemas"]["EventDomain"];
            task?: components["schemas"]["EventTask"];
        } & {
            [key: string]: unknown;
        };
        /** @description Learner registers for a virtual instructor-led training session. Members that are not named here may be there too. */
        ViltEventRegistrationEvent: {
            /**
             * @description The event's type.
             * @constant
             */
            event_type: "VILT_EVENT_REGISTRATION";
            /** @description `true` in the test event of a ping; absent otherwise. */
            test?: boolean;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp?: string;
            user?: components["schemas"]["EventUser"];
            domain?: components["schemas"]["EventDomain"];
            registration?: components["schemas"]["EventRegistration"];
        } & {
            [key: string]: unknown;
        };
        /** @description The learner. */
        EventUser: {
            /** @description The id. */
            id?: string;
            /** @description The first name. */
            first_name?: string;
            /** @description The last name. */
            last_name?: string;
            /** @description The e-mail address. */
            email?: string;
        } & {
            [key: string]: unknown;
        };
        /** @description The training domain. */
        EventDomain: {
            /** @description The id. */
            id?: string;
            /** @description The host name. */
            name?: string;
        } & {
            [key: string]: unknown;
        };
        /** @description The course. */
        EventCourse: {
            /** @description The id. */
            id?: string;
            /** @description The id of its publication on the domain. */
            published_course_id?: string;
            /** @description The title. */
            title?: string;
            /** @description The URL. */
            url?: string;
        } & {
            [key: string]: unknown;
        };
        /** @description The path. */
        EventPath: {
            /** @description The id. */
            id?: string;
            /** @description The title. */
            title?: string;
        } & {
            [key: string]: unknown;
        };
        /** @description The lesson. */
        EventLesson: {
            /** @description The id. */
            id?: string;
            /** @description The title. */
            title?: string;
        } & {
            [key: string]: unknown;
        };
        /** @description The quiz. */
        EventQuiz: {
            /** @description The id. */
            id?: string;
            /** @description The title. */
            title?: string;
        } & {
            [key: string]: unknown;
        };
        /** @description The task. */
        EventTask: {
            /** @description The id. */
            id?: string;
            /** @description The title. */
            title?: string;
        } & {
            [key: string]: unknown;
        };
        /** @description How far the learner is in the course. */
        EventCourseProgress: {
            /** @description The id. */
            course_progress_id?: string;
            /** @description How many lessons are complete. */
            completed_lesson_count?: number;
            /** @description How many of the required ones are. */
            completed_required_lesson_count?: number;
            /**
             * Format: date-time
             * @description When it was completed.
             */
            completed_at?: string;
            /** @description The points that were scored. */
            score?: number;
            /** @description The points that could be scored. */
            max_score?: number;
        } & {
            [key: string]: unknown;
        };
        /** @description How far the learner is in the lesson. */
        EventLessonProgress: {
            /** @description The id. */
            id?: string;
            /** @description How often the lesson was opened. */
            view_count?: number;
            /**
             * Format: date-time
             * @description When it was completed.
             */
            completed_at?: string;
            /** @description The points that were scored. */
            score?: number;
            /** @description The points that could be scored. */
            max_score?: number;
        } & {
            [key: string]: unknown;
        };
        /** @description The purchase with which the learner enrolled. */
        EventPurchase: {
            /** @description The order. */
            order_id?: string;
            /** @description The price, as a decimal number. */
            original_price?: string;
            /** @description What was paid, as a decimal number. */
            purchase_price?: string;
            /** @description The currency, by ISO 4217. */
            currency_code?: string;
            /** @description Who processed the payment; `NONE` if nobody did. */
            payment_processor?: string;
        } & {
            [key: string]: unknown;
        };
        /** @description The purchase that was fulfilled. */
        EventFulfillment: {
            /** @description The id. */
            id?: string;
            /** @description The state: `FULFILLED`. */
            state?: string;
            /**
             * Format: date-time
             * @description When it was made.
             */
            purchased_at?: string;
            /** @description The order. */
            order_id?: string;
            /** @description The price, in the hundredth part of the currency. */
            price_cents?: number;
            /** @description How many were bought. */
            quantity?: number;
            /** @description The offer. */
            offer_id?: string;
            /** @description The currency, by ISO 4217. */
            currency_code?: string;
        } & {
            [key: string]: unknown;
        };
        /** @description The registration. */
        EventRegistration: {
            /** @description The id. */
            id?: string;
            /** @description Whether the learner attended. */
            attended?: boolean;
            vilt_session?: components["schemas"]["EventSession"];
        } & {
            [key: string]: unknown;
        };
        /** @description The training session. */
        EventSession: {
            /** @description The id. */
            id?: string;
        } & {
            [key: string]: unknown;
        };
        /** @description The dispatcher switched a webhook of the account off. */
        WebhookDeactivatedEvent: {
            /**
             * @description The event's type.
             * @constant
             */
            event_type: "WEBHOOK_DEACTIVATED";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description The webhook that it is about. */
            webhook_id: string;
            /**
             * Format: uri
             * @description Its target, without its query.
             */
            target_url: string;
            reason: components["schemas"]["DeactivateReason"];
        };
        /** @description Five tries in a row to a webhook of the account have failed. */
        WebhookFailingEvent: {
            /**
             * @description The event's type.
             * @constant
             */
            event_type: "WEBHOOK_FAILING";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description The webhook that it is about. */
            webhook_id: string;
            /**
             * Format: uri
             * @description Its target, without its query.
             */
            target_url: string;
            /** @description What its receiver said last. */
            reason: string;
            /**
             * Format: date-time
             * @description When it will be switched off if its receiver goes on failing.
             */
            off_at: string;
        };
        /** @description The receiver of a webhook that was failing answers again. */
        WebhookRecoveredEvent: {
            /**
             * @description The event's type.
             * @constant
             */
            event_type: "WEBHOOK_RECOVERED";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description The webhook that it is about. */
            webhook_id: string;
            /**
             * Format: uri
             * @description Its target, without its query.
             */
            target_url: string;
            /** @description Always `null`. */
            reason: string | null;
        };
        /** @description Somebody tests a webhook. */
        PingEvent: {
            /**
             * @description The event's type.
             * @constant
             */
            event_type: "PING";
            /**
             * Format: date-time
             * @description When it was sent.
             */
            timestamp: string;
        };
        /** @description What came of one line. */
        ImportItem: components["schemas"]["ImportedWebhook"] | components["schemas"]["ImportFailure"];
        ImportedWebhook: {
            /** @description Its number; blank lines count. */
            line: number;
            /** @description 201: it was created. 200: it was there. */
            status: number;
            webhook: components["schemas"]["CreatedWebhook"];
        };
        ImportFailure: {
            /** @description Its number; blank lines count. */
            line: number;
            /** @description What its creation would have been answered with: 400, 403, 409, 413 or 503. */
            status: number;
            problem: components["schemas"]["ItemProblem"];
        };
        Health: {
            /**
             * @description It runs.
             * @constant
             */
            status: "ok";
        };
        /**
         * @description What a key may do.
         * @enum {string}
         */
        Scope: "webhooks:read" | "webhooks:write" | "events:write";
        /**
         * @description What a key may do. `admin`: it is `ADMIN_KEY`.
         * @enum {string}
         */
        GrantedScope: "webhooks:read" | "webhooks:write" | "events:write" | "admin";
        /**
         * @description What was changed.
         * @enum {string}
         */
        AuditAction: "webhook.created" | "webhook.updated" | "webhook.reactivated" | "webhook.deactivated" | "webhook.deleted" | "webhook.secret_rotated" | "recovery.begun" | "delivery.resent" | "deliveries.resent" | "delivery.skipped" | "key.minted" | "key.revoked" | "account.disabled" | "account.enabled" | "account.deleted";
        /** @description One change. No value is in it, so no secret. */
        AuditEntry: {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description Who: a key's id, `ADMIN_KEY`, `API_KEY` or `dispatcher`. */
            by: string;
            action: components["schemas"]["AuditAction"];
            /** @description The webhook's id; of changes of a webhook, a recovery or deliveries. */
            webhook?: string;
            /** @description The event's id; of `delivery.resent` and `delivery.skipped`. */
            event?: string;
            /** @description The changed fields; of `webhook.updated` and `webhook.reactivated`. */
            fields?: string[];
            /** @description How many; of `deliveries.resent`. */
            count?: number;
            /** @description The key's id; of `key.minted` and `key.revoked`. */
            key?: string;
            /** @description Whether the key is that of a portal link; of `key.minted`. */
            portal?: boolean;
        };
        AuditList: {
            /**
             * Format: uri
             * @description The URL of the page of older ones.
             */
            next: string | null;
            /**
             * Format: uri
             * @description The URL of the page of newer ones.
             */
            previous: string | null;
            results: components["schemas"]["AuditEntry"][];
        };
        KeyRequest: {
            /** @description The account's name. */
            account: string;
            /** @description What its owner calls it. */
            name: string;
            /** @description What it may do. */
            scopes: components["schemas"]["Scope"][];
            /**
             * Format: date-time
             * @description From when on it opens nothing.
             */
            expires_at?: string | null;
        };
        KeyInfo: {
            /** @description The account's name; `null` for `ADMIN_KEY`, which belongs to none. */
            account: string | null;
            /** @description The name of the key in the audit log: its id, `API_KEY` or `ADMIN_KEY`. */
            key_id: string;
            /** @description What it may do. */
            scopes: components["schemas"]["GrantedScope"][];
            /**
             * Format: date-time
             * @description From when on it opens nothing; `null` if it does not end.
             */
            expires_at: string | null;
            /**
             * Format: uri
             * @description Where the platform wants its customer back; only of a portal link.
             */
            return_url?: string;
        };
        CreatedKey: {
            /** @description Its id, which is no secret. */
            id: string;
            /** @description The account's name. */
            account: string;
            /** @description What its owner calls it. */
            name: string;
            /** @description What it may do. */
            scopes: components["schemas"]["Scope"][];
            /**
             * Format: date-time
             * @description From when on it opens nothing.
             */
            expires_at?: string;
            /** @description The key, shown this once. */
            key: string;
        };
        Key: {
            /** @description Its id, which is no secret. */
            id: string;
            /** @description The account's name. */
            account: string;
            /** @description What its owner calls it. */
            name: string;
            /** @description What it may do. */
            scopes: components["schemas"]["Scope"][];
            /**
             * Format: date-time
             * @description When it was minted.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description From when on it opens nothing.
             */
            expires_at: string | null;
            /** @description Whether it is that of a portal link. */
            portal: boolean;
            /**
             * Format: date-time
             * @description When it was last used, to an hour.
             */
            last_used: string | null;
        };
        PortalRequest: {
            /**
             * @description What it opens. Without `events:write` the dashboard publishes nothing.
             * @default [
             *       "webhooks:read",
             *       "webhooks:write"
             *     ]
             */
            scopes?: components["schemas"]["Scope"][];
            /**
             * @description How long it opens.
             * @default 3600
             */
            expires_in_seconds?: number;
            /**
             * Format: uri
             * @description Where the dashboard leads back to, also once the link has ended: an absolute `http` or `https` URL without credentials.
             */
            return_url?: string | null;
        };
        PortalLink: {
            /** @description The id of its key, which is no secret. */
            id: string;
            /**
             * Format: uri
             * @description The link, shown this once. With a `return_url`, that is in it too.
             */
            url: string;
            /**
             * Format: date-time
             * @description From when on it opens nothing.
             */
            expires_at: string;
            /** @description What it may do. */
            scopes: components["schemas"]["Scope"][];
        };
        KeyList: {
            /** @description How many there are on all pages. */
            count: number;
            /**
             * Format: uri
             * @description The URL of the next page.
             */
            next: string | null;
            /**
             * Format: uri
             * @description The URL of the page before.
             */
            previous: string | null;
            results: components["schemas"]["Key"][];
        };
        AccountList: {
            /**
             * Format: uri
             * @description The URL of the next page.
             */
            next: string | null;
            results: components["schemas"]["AccountSummary"][];
        };
        AccountSummary: {
            /** @description The account's name. */
            account: string;
            /** @description How many it has, an alert included. */
            webhooks: number;
            /** @description How many of them are `failing`. */
            failing: number;
            /** @description How many of them are `off`. */
            off: number;
            /**
             * Format: date-time
             * @description When it last published an event, to an hour.
             */
            last_event_at: string | null;
        };
        AccountState: {
            /** @description The account's name. */
            account: string;
            /** @description Whether all its sending is stopped. */
            disabled: boolean;
        };
        AccountDetail: {
            /** @description The account's name. */
            account: string;
            /** @description Whether all its sending is stopped. */
            disabled: boolean;
            /** @description How many it has. */
            webhooks: number;
            /** @description Bytes that its own object stores, most of them idempotency keys. From `HISTORY_BYTES` on the oldest keys are dropped. */
            stored_bytes: number;
            /** @description How far the deletion of its data is; `null` when there is none. */
            deletion: components["schemas"]["AccountDeletion"] | null;
        };
        AccountDeletion: {
            /**
             * Format: date-time
             * @description When it began.
             */
            started_at: string;
            /** @description How many webhooks may still store something. */
            webhooks_left: number;
            /**
             * Format: date-time
             * @description When the name can be used anew.
             */
            closed_until: string | null;
        };
        /**
         * @description Which error it is, for programs; the texts may change. Later releases may have more. 400 `bad_request`, `invalid_json`, `invalid_fields`; 401 `missing_key`, `malformed_authorization`, `invalid_key`, `expired_key`; 403 `missing_scope`, `limit_reached`, `account_disabled`; 404 `not_found`, `invalid_page`; 405 `method_not_allowed`; 406 `not_acceptable`; 409 `conflict`, `account_disabled`, `account_being_deleted`, `event_type_in_use`; 412 `precondition_failed`; 413 `too_large`; 415 `unsupported_media_type`; 422 `unprocessable`, `idempotency_key_reused`; 426 `upgrade_required`; 429 `throttled`; 503 `unavailable`, `incomplete_publish`, `no_master_key`, `secrets_locked`.
         * @enum {string}
         */
        ErrorCode: "bad_request" | "invalid_json" | "invalid_fields" | "missing_key" | "malformed_authorization" | "invalid_key" | "expired_key" | "missing_scope" | "limit_reached" | "account_disabled" | "not_found" | "invalid_page" | "method_not_allowed" | "not_acceptable" | "conflict" | "account_being_deleted" | "event_type_in_use" | "precondition_failed" | "too_large" | "unsupported_media_type" | "unprocessable" | "idempotency_key_reused" | "upgrade_required" | "throttled" | "unavailable" | "incomplete_publish" | "no_master_key" | "secrets_locked";
        Detail: {
            /** @description What is wrong, in one sentence. */
            detail: string;
            code: components["schemas"]["ErrorCode"];
            /** @description The id of the request in the log: at Cloudflare its Ray ID. */
            request_id: string;
        };
        /** @description Sentences on fields; all bad fields at once. `non_field_errors`: the whole body. Fields and parameters that are not known have their own names. */
        FieldErrors: {
            id?: string[];
            target_url?: string[];
            active?: string[];
            event_type?: string[];
            basic_auth_username?: string[];
            basic_auth_password?: string[];
            additional_headers?: string[];
            max_per_second?: string[];
            max_in_flight?: string[];
            ordered?: string[];
            retry_4xx?: string[];
            event_types?: string[];
            filter?: string[];
            timeout_ms?: string[];
            retry?: string[];
            deactivate_on_4xx?: string[];
            hold_while_paused?: string[];
            metadata?: string[];
            event?: string[];
            signing_secret?: string[];
            signature?: string[];
            grace_seconds?: string[];
            account?: string[];
            name?: string[];
            scopes?: string[];
            expires_at?: string[];
            expires_in_seconds?: string[];
            return_url?: string[];
            description?: string[];
            example?: string[];
            schema?: string[];
            deprecated?: string[];
            state?: string[];
            status?: string[];
            http_status_code?: string[];
            fault?: string[];
            since?: string[];
            after?: string[];
            before?: string[];
            from?: string[];
            to?: string[];
            step?: string[];
            cursor?: string[];
            non_field_errors?: string[];
            code: components["schemas"]["ErrorCode"];
            /** @description The id of the request in the log: at Cloudflare its Ray ID. */
            request_id: string;
        } & {
            [key: string]: string[];
        };
        /** @description A sentence, or sentences on fields. */
        Problem: components["schemas"]["Detail"] | components["schemas"]["FieldErrors"];
        /** @description What is wrong with one item of several: a sentence, or sentences on fields. */
        ItemProblem: components["schemas"]["ItemDetail"] | components["schemas"]["ItemFieldErrors"];
        ItemDetail: {
            /** @description What is wrong, in one sentence. */
            detail: string;
        };
        /** @description Sentences on fields; all bad fields at once. `non_field_errors`: the whole body. Fields and parameters that are not known have their own names. */
        ItemFieldErrors: {
            id?: string[];
            target_url?: string[];
            active?: string[];
            event_type?: string[];
            basic_auth_username?: string[];
            basic_auth_password?: string[];
            additional_headers?: string[];
            max_per_second?: string[];
            max_in_flight?: string[];
            ordered?: string[];
            retry_4xx?: string[];
            event_types?: string[];
            filter?: string[];
            timeout_ms?: string[];
            retry?: string[];
            deactivate_on_4xx?: string[];
            hold_while_paused?: string[];
            metadata?: string[];
            event?: string[];
            signing_secret?: string[];
            signature?: string[];
            grace_seconds?: string[];
            account?: string[];
            name?: string[];
            scopes?: string[];
            expires_at?: string[];
            expires_in_seconds?: string[];
            return_url?: string[];
            description?: string[];
            example?: string[];
            schema?: string[];
            deprecated?: string[];
            state?: string[];
            status?: string[];
            http_status_code?: string[];
            fault?: string[];
            since?: string[];
            after?: string[];
            before?: string[];
            from?: string[];
            to?: string[];
            step?: string[];
            cursor?: string[];
            non_field_errors?: string[];
        } & {
            [key: string]: string[];
        };
        UnstoredEvent: {
            code: components["schemas"]["ErrorCode"];
            /** @description The id of the request in the log: at Cloudflare its Ray ID. */
            request_id: string;
            /** @description What completes it. */
            detail: string;
            /** @description The event's id, if some webhooks may have stored it: the idempotency key that completes it if it came with none. */
            id?: string;
        };
    };
    responses: {
        /** @description The request is wrong. */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
        /** @description No key, or none that is good. */
        Unauthorized: {
            headers: {
                "WWW-Authenticate": components["headers"]["Challenge"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Detail"];
            };
        };
        /** @description A good key that may not do this. */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Detail"];
            };
        };
        /** @description There is no such thing, or it is not the caller's. A page out of range is one, too. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Detail"];
            };
        };
        /** @description The path has no such method. */
        MethodNotAllowed: {
            headers: {
                Allow: components["headers"]["Allow"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Detail"];
            };
        };
        /** @description `Accept` does not take JSON. */
        NotAcceptable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Detail"];
            };
        };
        /** @description The body is longer than `MAX_BODY_BYTES` (65,536), an event than `MAX_EVENT_BYTES` (262,144), a batch than `MAX_BATCH_BYTES` (1,048,576). */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Detail"];
            };
        };
        /** @description The body's `Content-Type` is not taken, or it has a `Content-Encoding`; the answer then has `Accept-Encoding: identity`. */
        UnsupportedMediaType: {
            headers: {
                "Accept-Encoding": components["headers"]["AcceptEncoding"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Detail"];
            };
        };
        /** @description The webhook is in no state that `If-Match` names: somebody has changed it. */
        PreconditionFailed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Detail"];
            };
        };
        /** @description This idempotency key came with another request before. */
        KeyUsed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Detail"];
            };
        };
        /** @description The request is none for a WebSocket. */
        UpgradeRequired: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Detail"];
            };
        };
        /** @description More events than `PUBLISH_PER_MINUTE` were published in this minute. */
        Throttled: {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Detail"];
            };
        };
        /** @description Something inside did not answer, or a master key is missing. To repeat the call is safe where it has an idempotency key or changes nothing. */
        Unavailable: {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Detail"];
            };
        };
        /** @description Not every matching webhook is known to have stored the event. If the answer has an `id`, some may have. */
        Unstored: {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["UnstoredEvent"];
            };
        };
        /** @description It has arrived. */
        Arrived: {
            headers: {
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description A failure: redirects are not followed. It is retried. */
        Redirected: {
            headers: {
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The webhook is switched off at once (`HTTP_4XX_RESPONSE`). With `retry_4xx` it retries 408, 425 and 429; with `deactivate_on_4xx` false, all but 410. The challenge of a bot protection is retried. With the header `webhook-delivery: abort-message` only this event is given up; `webhook-delivery: disable` switches the webhook off with any status. */
        Refused: {
            headers: {
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description It is retried after 2 s, 4 s, 8 s, … then hourly, 60 times in all, as is no answer within 10 s. A webhook that fails to the end is switched off (`RETRY_COUNT`). */
        Failed: {
            headers: {
                [name: string]: unknown;
            };
            content?: never;
        };
    };
    parameters: {
        /**
         * @description The webhook's id.
         * @example 01kawq9r8t3v5x7z9b1d3f5h7k
         */
        WebhookId: string;
        /**
         * @description The event's id.
         * @example 01kawq9r8t3v5x7z9b1d3f5h7m
         */
        EventId: string;
        /**
         * @description The key's id.
         * @example 0f3c9a1b2d4e5f607182
         */
        KeyId: string;
        /**
         * @description The account's name.
         * @example acme
         */
        Account: string;
        /** @description 1 to 255 visible ASCII characters, bare or as a quoted string. A repeat within `IDEMPOTENCY_HOURS` (24) is answered as the first was and does nothing again; the same key with another body is 422. */
        IdempotencyKey: string;
        /**
         * @description The trace to which the events belong, by W3C Trace Context; each POST to a receiver is a span of it. Without a valid one each event begins a trace.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        TraceParent: string;
        /**
         * @description What tracing systems add to the trace. It is passed on with a valid `traceparent`, up to 512 characters.
         * @example congo=t61rcWkgMzE
         */
        TraceState: string;
        /**
         * @description Do it only if the webhook is in one of these states: `*`, or a list of values of `ETag`. Else 412, and nothing is changed.
         * @example "18bcfe56800-3"
         */
        IfMatch: string;
        /** @description The page, from 1, or `last`. */
        Page: number | "last";
        /** @description How many a page has. */
        PageSize: number;
        /** @description Where the page starts: taken from `next` and `previous`. */
        Cursor: string;
        /**
         * @description The event's id, the same over all its tries.
         * @example 01kawq9r8t3v5x7z9b1d3f5h7m
         */
        ReceivedId: string;
        /**
         * @description When this try was made, in Unix seconds.
         * @example 1795514400
         */
        ReceivedTimestamp: string;
        /**
         * @description Standard Webhooks 1.0.0: `v1,` (HMAC) or `v1a,` (Ed25519) and base64, one for each live key, separated by spaces.
         * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
         */
        ReceivedSignature: string;
        /**
         * @description W3C Trace Context: the trace of the event, and a span of this try alone.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-53995c3f42cd8ad8-01
         */
        ReceivedTraceParent: string;
        /**
         * @description As the publisher sent it, if it did.
         * @example congo=t61rcWkgMzE
         */
        ReceivedTraceState: string;
        /**
         * @description `USER_AGENT`.
         * @example skilljar
         */
        ReceivedUserAgent: string;
    };
    requestBodies: never;
    headers: {
        /**
         * @description After how many seconds to ask again.
         * @example 2
         */
        RetryAfter: number;
        /**
         * @description How to authenticate.
         * @example Basic realm="api"
         */
        Challenge: string;
        /**
         * @description The state of the webhook, for `If-Match`. It changes with its settings and when it is switched on or off.
         * @example "18bcfe56800-3"
         */
        ETag: string;
        /**
         * @description The content codings that are taken: none.
         * @example identity
         */
        AcceptEncoding: "identity";
        /**
         * @description The methods of the path.
         * @example GET, POST, HEAD, OPTIONS
         */
        Allow: string;
    };
    pathItems: never;
}
export type WebhookState = components['schemas']['WebhookState'];
export type DeactivateReason = components['schemas']['DeactivateReason'];
export type SignatureScheme = components['schemas']['SignatureScheme'];
export type RetrySettings = components['schemas']['RetrySettings'];
export type RetryOptions = components['schemas']['RetryOptions'];
export type Webhook = components['schemas']['Webhook'];
export type CreatedWebhook = components['schemas']['CreatedWebhook'];
export type WebhookCreate = components['schemas']['WebhookCreate'];
export type WebhookUpdate = components['schemas']['WebhookUpdate'];
export type AlertPut = components['schemas']['AlertPut'];
export type Signing = components['schemas']['Signing'];
export type Rotation = components['schemas']['Rotation'];
export type PingResult = components['schemas']['PingResult'];
export type WebhookList = components['schemas']['WebhookList'];
export type DeliveryFault = components['schemas']['DeliveryFault'];
export type DeliveryStatus = components['schemas']['DeliveryStatus'];
export type AttemptCause = components['schemas']['AttemptCause'];
export type RecoveryState = components['schemas']['RecoveryState'];
export type MissedStatus = components['schemas']['MissedStatus'];
export type Delivery = components['schemas']['Delivery'];
export type DeliveryDetail = components['schemas']['DeliveryDetail'];
export type DeliveryRequest = components['schemas']['DeliveryRequest'];
export type DeliveryAttempt = components['schemas']['DeliveryAttempt'];
export type DeliveryList = components['schemas']['DeliveryList'];
export type WaitReason = components['schemas']['WaitReason'];
export type WebhookStats = components['schemas']['WebhookStats'];
export type WebhookSeries = components['schemas']['WebhookSeries'];
export type SeriesStep = components['schemas']['SeriesStep'];
export type Recovery = components['schemas']['Recovery'];
export type RecoverRequest = components['schemas']['RecoverRequest'];
export type ResentDeliveries = components['schemas']['ResentDeliveries'];
export type EventDetail = components['schemas']['EventDetail'];
export type EventDelivery = components['schemas']['EventDelivery'];
export type EventTypeName = components['schemas']['EventTypeName'];
export type Event = components['schemas']['Event'];
export type PublishedEvent = components['schemas']['PublishedEvent'];
export type RefusedEvent = components['schemas']['RefusedEvent'];
export type RefusalReason = components['schemas']['RefusalReason'];
export type BatchItem = components['schemas']['BatchItem'];
export type BatchAccepted = components['schemas']['BatchAccepted'];
export type BatchRejected = components['schemas']['BatchRejected'];
export type EventType = components['schemas']['EventType'];
export type EventTypeList = components['schemas']['EventTypeList'];
export type TypeDefinition = components['schemas']['TypeDefinition'];
export type FilterTest = components['schemas']['FilterTest'];
export type FilterVerdict = components['schemas']['FilterVerdict'];
export type FilterMismatch = components['schemas']['FilterMismatch'];
export type SampleList = components['schemas']['SampleList'];
export type ReceivedEvent = components['schemas']['ReceivedEvent'];
export type CourseEnrollmentEvent = components['schemas']['CourseEnrollmentEvent'];
export type DomainEnrollmentEvent = components['schemas']['DomainEnrollmentEvent'];
export type CourseCompletionEvent = components['schemas']['CourseCompletionEvent'];
export type LessonCompletionEvent = components['schemas']['LessonCompletionEvent'];
export type PathCompletionEvent = components['schemas']['PathCompletionEvent'];
export type PathEnrollmentEvent = components['schemas']['PathEnrollmentEvent'];
export type QuizCompletionEvent = components['schemas']['QuizCompletionEvent'];
export type PurchaseFulfillmentEvent = components['schemas']['PurchaseFulfillmentEvent'];
export type DashboardTaskCreatedEvent = components['schemas']['DashboardTaskCreatedEvent'];
export type ViltEventRegistrationEvent = components['schemas']['ViltEventRegistrationEvent'];
export type EventUser = components['schemas']['EventUser'];
export type EventDomain = components['schemas']['EventDomain'];
export type EventCourse = components['schemas']['EventCourse'];
export type EventPath = components['schemas']['EventPath'];
export type EventLesson = components['schemas']['EventLesson'];
export type EventQuiz = components['schemas']['EventQuiz'];
export type EventTask = components['schemas']['EventTask'];
export type EventCourseProgress = components['schemas']['EventCourseProgress'];
export type EventLessonProgress = components['schemas']['EventLessonProgress'];
export type EventPurchase = components['schemas']['EventPurchase'];
export type EventFulfillment = components['schemas']['EventFulfillment'];
export type EventRegistration = components['schemas']['EventRegistration'];
export type EventSession = components['schemas']['EventSession'];
export type WebhookDeactivatedEvent = components['schemas']['WebhookDeactivatedEvent'];
export type WebhookFailingEvent = components['schemas']['WebhookFailingEvent'];
export type WebhookRecoveredEvent = components['schemas']['WebhookRecoveredEvent'];
export type PingEvent = components['schemas']['PingEvent'];
export type ImportItem = components['schemas']['ImportItem'];
export type ImportedWebhook = components['schemas']['ImportedWebhook'];
export type ImportFailure = components['schemas']['ImportFailure'];
export type Health = components['schemas']['Health'];
export type Scope = components['schemas']['Scope'];
export type GrantedScope = components['schemas']['GrantedScope'];
export type AuditAction = components['schemas']['AuditAction'];
export type AuditEntry = components['schemas']['AuditEntry'];
export type AuditList = components['schemas']['AuditList'];
export type KeyRequest = components['schemas']['KeyRequest'];
export type KeyInfo = components['schemas']['KeyInfo'];
export type CreatedKey = components['schemas']['CreatedKey'];
export type Key = components['schemas']['Key'];
export type PortalRequest = components['schemas']['PortalRequest'];
export type PortalLink = components['schemas']['PortalLink'];
export type KeyList = components['schemas']['KeyList'];
export type AccountList = components['schemas']['AccountList'];
export type AccountSummary = components['schemas']['AccountSummary'];
export type AccountState = components['schemas']['AccountState'];
export type AccountDetail = components['schemas']['AccountDetail'];
export type AccountDeletion = components['schemas']['AccountDeletion'];
export type ErrorCode = components['schemas']['ErrorCode'];
export type Detail = components['schemas']['Detail'];
export type FieldErrors = components['schemas']['FieldErrors'];
export type Problem = components['schemas']['Problem'];
export type ItemProblem = components['schemas']['ItemProblem'];
export type ItemDetail = components['schemas']['ItemDetail'];
export type ItemFieldErrors = components['schemas']['ItemFieldErrors'];
export type UnstoredEvent = components['schemas']['UnstoredEvent'];
export type ResponseBadRequest = components['responses']['BadRequest'];
export type ResponseUnauthorized = components['responses']['Unauthorized'];
export type ResponseForbidden = components['responses']['Forbidden'];
export type ResponseNotFound = components['responses']['NotFound'];
export type ResponseMethodNotAllowed = components['responses']['MethodNotAllowed'];
export type ResponseNotAcceptable = components['responses']['NotAcceptable'];
export type ResponseTooLarge = components['responses']['TooLarge'];
export type ResponseUnsupportedMediaType = components['responses']['UnsupportedMediaType'];
export type ResponsePreconditionFailed = components['responses']['PreconditionFailed'];
export type ResponseKeyUsed = components['responses']['KeyUsed'];
export type ResponseUpgradeRequired = components['responses']['UpgradeRequired'];
export type ResponseThrottled = components['responses']['Throttled'];
export type ResponseUnavailable = components['responses']['Unavailable'];
export type ResponseUnstored = components['responses']['Unstored'];
export type ResponseArrived = components['responses']['Arrived'];
export type ResponseRedirected = components['responses']['Redirected'];
export type ResponseRefused = components['responses']['Refused'];
export type ResponseFailed = components['responses']['Failed'];
export type ParameterWebhookId = components['parameters']['WebhookId'];
export type ParameterEventId = components['parameters']['EventId'];
export type ParameterKeyId = components['parameters']['KeyId'];
export type ParameterAccount = components['parameters']['Account'];
export type ParameterIdempotencyKey = components['parameters']['IdempotencyKey'];
export type ParameterTraceParent = components['parameters']['TraceParent'];
export type ParameterTraceState = components['parameters']['TraceState'];
export type ParameterIfMatch = components['parameters']['IfMatch'];
export type ParameterPage = components['parameters']['Page'];
export type ParameterPageSize = components['parameters']['PageSize'];
export type ParameterCursor = components['parameters']['Cursor'];
export type ParameterReceivedId = components['parameters']['ReceivedId'];
export type ParameterReceivedTimestamp = components['parameters']['ReceivedTimestamp'];
export type ParameterReceivedSignature = components['parameters']['ReceivedSignature'];
export type ParameterReceivedTraceParent = components['parameters']['ReceivedTraceParent'];
export type ParameterReceivedTraceState = components['parameters']['ReceivedTraceState'];
export type ParameterReceivedUserAgent = components['parameters']['ReceivedUserAgent'];
export type HeaderRetryAfter = components['headers']['RetryAfter'];
export type HeaderChallenge = components['headers']['Challenge'];
export type HeaderETag = components['headers']['ETag'];
export type HeaderAcceptEncoding = components['headers']['AcceptEncoding'];
export type HeaderAllow = components['headers']['Allow'];
export type $defs = Record<string, never>;
export interface operations {
    readAlert: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The alert. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    putAlert: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Do it only if the webhook is in one of these states: `*`, or a list of values of `ETag`. Else 412, and nothing is changed.
                 * @example "18bcfe56800-3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["AlertPut"];
            };
        };
        responses: {
            /** @description It was changed. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description It was made. `signing_secret` is shown this once. */
            201: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedWebhook"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            /** @description What is there conflicts with it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteAlert: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Do it only if the webhook is in one of these states: `*`, or a list of values of `ETag`. Else 412, and nothing is changed.
                 * @example "18bcfe56800-3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            503: components["responses"]["Unavailable"];
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                /** @description The page, from 1, or `last`. */
                page?: components["parameters"]["Page"];
                /** @description How many a page has. */
                page_size?: components["parameters"]["PageSize"];
                /** @description Only those that are switched on, or off. */
                active?: boolean;
                /** @description Only those whose name or URL contains this text, in any case. */
                q?: string;
                /** @description Only those of exactly this name; blank: those without a name. */
                name?: string;
                /** @description Only those that ask for this type, by its name or in a list; blank: those that take all. */
                event_type?: string;
                /** @description Only those in this state. */
                state?: components["schemas"]["WebhookState"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, bare or as a quoted string. A repeat within `IDEMPOTENCY_HOURS` (24) is answered as the first was and does nothing again; the same key with another body is 422. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookCreate"];
            };
        };
        responses: {
            /** @description The webhook. `signing_secret` is shown this once, and to a repeat with the same idempotency key. */
            201: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedWebhook"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            /** @description The key lacks the scope, or the account may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            /** @description What is there conflicts with it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyUsed"];
            503: components["responses"]["Unavailable"];
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    putWebhook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Do it only if the webhook is in one of these states: `*`, or a list of values of `ETag`. Else 412, and nothing is changed.
                 * @example "18bcfe56800-3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["WebhookUpdate"];
            };
        };
        responses: {
            /** @description The webhook as it is now. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            /** @description What is there conflicts with it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Do it only if the webhook is in one of these states: `*`, or a list of values of `ETag`. Else 412, and nothing is changed.
                 * @example "18bcfe56800-3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            503: components["responses"]["Unavailable"];
        };
    };
    patchWebhook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Do it only if the webhook is in one of these states: `*`, or a list of values of `ETag`. Else 412, and nothing is changed.
                 * @example "18bcfe56800-3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["WebhookUpdate"];
            };
        };
        responses: {
            /** @description The webhook as it is now. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            /** @description What is there conflicts with it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            503: components["responses"]["Unavailable"];
        };
    };
    pingWebhook: {
        parameters: {
            query?: {
                /** @description Whose sample to send; any type that is in force. Left out: a `PING`. */
                event_type?: components["schemas"]["EventTypeName"];
            };
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What came of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PingResult"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            /** @description The key lacks the scope, or the account may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    rotateSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Rotation"];
            };
        };
        responses: {
            /** @description What to verify with, shown this once. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Signing"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            /** @description What is there conflicts with it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            503: components["responses"]["Unavailable"];
        };
    };
    listen: {
        parameters: {
            query?: {
                /** @description Go on as this listener. */
                webhook_id?: string;
                /** @description Whether events are sent. `true` re-activates a webhook that was switched off. In a form, `true`, `yes`, `on` or `1`, and their opposites, are taken too. */
                active?: boolean;
                /** @description The one type that is sent: one that is in force (`GET /v1/event-types`), or an operational one (`WEBHOOK_DEACTIVATED`, `WEBHOOK_FAILING`, `WEBHOOK_RECOVERED`). Left out, `null` or blank: all but the operational. */
                event_type?: string;
                /** @description JSON text: a list of types. Blank: the default. */
                event_types?: string;
                /** @description JSON text. Which events are sent, by their content, in the language of Outpost, Hookdeck and Convoy (CONCEPTS, Filters): `{"user": {"plan": {"$in": ["pro", "team"]}}, "score": {"$gte": 80}}`. At most 4096 bytes without spaces, 8 levels and 64 values. `null` or `{}`: all. Blank: all. */
                filter?: string;
                /** @description What its owner calls it. It is shown and searched, never sent. */
                name?: string;
                /** @description JSON text: an object of keys to texts. Blank: the default. */
                metadata?: string;
                /** @description The longest time for one try. `null`: `DELIVERY_TIMEOUT_MS` (10,000). */
                timeout_ms?: number;
                /** @description JSON text: an object with `limit`, `base_ms`, `max_ms`. Blank: the default. */
                retry?: string;
                /** @description At most so many sends begin within any second. `null`: no limit. */
                max_per_second?: number;
                /** @description At most so many sends are in flight at a time. `null`: 64. */
                max_in_flight?: number;
                /** @description Strict order of publication, one at a time; a failing event holds back the later ones. */
                ordered?: boolean;
                /** @description 408, 425 and 429 are retried. All other 4xx still switch the webhook off. */
                retry_4xx?: boolean;
                /** @description Whether a 4xx switches the webhook off. If not, only 410 does, and any other is retried. */
                deactivate_on_4xx?: boolean;
                /** @description Whether events are held while the owner has switched the webhook off (`active: false`), to be recovered later, as they are when the dispatcher did. */
                hold_while_paused?: boolean;
                /** @description How deliveries are signed; `hmac` if left out. An Ed25519 pair is made here. */
                signature?: components["schemas"]["SignatureScheme"];
            };
            header?: {
                /** @description The signing secret of a new webhook. A header, because URLs are logged. */
                "Signing-Secret"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The connection is a WebSocket, and the webhook exists. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            /** @description The key lacks the scope, or the account may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            /** @description What is there conflicts with it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            426: components["responses"]["UpgradeRequired"];
            503: components["responses"]["Unavailable"];
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description Only those that stand there. */
                status?: components["schemas"]["DeliveryStatus"];
                /** @description Only those of this type. */
                event_type?: string;
                /** @description Only those accepted at this time or later. */
                after?: string;
                /** @description Only those accepted before this time. */
                before?: string;
                /** @description Only those whose latest try was answered so. A status code, as `503`, or a class of them, as `5xx`. */
                http_status_code?: string;
                /** @description Only those whose latest try failed so. */
                fault?: components["schemas"]["DeliveryFault"];
                /** @description Where the page starts: taken from `next` and `previous`. */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many a page has. */
                page_size?: components["parameters"]["PageSize"];
            };
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportDeliveriesAsCsv: {
        parameters: {
            query?: {
                /** @description Only those that stand there. */
                status?: components["schemas"]["DeliveryStatus"];
                /** @description Only those of this type. */
                event_type?: string;
                /** @description Only those accepted at this time or later. */
                after?: string;
                /** @description Only those accepted before this time. */
                before?: string;
                /** @description Only those whose latest try was answered so. A status code, as `503`, or a class of them, as `5xx`. */
                http_status_code?: string;
                /** @description Only those whose latest try failed so. */
                fault?: components["schemas"]["DeliveryFault"];
            };
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportDeliveriesAsJsonLines: {
        parameters: {
            query?: {
                /** @description Only those that stand there. */
                status?: components["schemas"]["DeliveryStatus"];
                /** @description Only those of this type. */
                event_type?: string;
                /** @description Only those accepted at this time or later. */
                after?: string;
                /** @description Only those accepted before this time. */
                before?: string;
                /** @description Only those whose latest try was answered so. A status code, as `503`, or a class of them, as `5xx`. */
                http_status_code?: string;
                /** @description Only those whose latest try failed so. */
                fault?: components["schemas"]["DeliveryFault"];
            };
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    resendDeliveries: {
        parameters: {
            query?: {
                /** @description Only those that stand there. */
                status?: components["schemas"]["DeliveryStatus"];
                /** @description Only those of this type. */
                event_type?: string;
                /** @description Only those accepted at this time or later. */
                after?: string;
                /** @description Only those accepted before this time. */
                before?: string;
                /** @description Only those whose latest try was answered so. A status code, as `503`, or a class of them, as `5xx`. */
                http_status_code?: string;
                /** @description Only those whose latest try failed so. */
                fault?: components["schemas"]["DeliveryFault"];
                /** @description Where the page starts: taken from `next` and `previous`. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They are on their way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResentDeliveries"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            /** @description The key lacks the scope, or the account may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            /** @description What is there conflicts with it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
    readDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
                /**
                 * @description The event's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                event_id: components["parameters"]["EventId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryDetail"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    readSentRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
                /**
                 * @description The event's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                event_id: components["parameters"]["EventId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The request. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryRequest"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            /** @description What is there conflicts with it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
    resendDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
                /**
                 * @description The event's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                event_id: components["parameters"]["EventId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is on its way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            /** @description The key lacks the scope, or the account may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            /** @description What is there conflicts with it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
    skipDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
                /**
                 * @description The event's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                event_id: components["parameters"]["EventId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is passed over. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            /** @description What is there conflicts with it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
    readRecovery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How far it is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recovery"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    recover: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RecoverRequest"];
            };
        };
        responses: {
            /** @description It has begun. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recovery"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            /** @description The key lacks the scope, or the account may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            /** @description What is there conflicts with it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            503: components["responses"]["Unavailable"];
        };
    };
    readStats: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The numbers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookStats"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    readSeries: {
        parameters: {
            query?: {
                /** @description Begin of the range. A day before `to` if left out. */
                from?: string;
                /** @description End of the range. Now if left out. */
                to?: string;
                /** @description Length of a step in seconds, so that the range has at most 300. If left out, it is chosen so that there are 20 to 60 or so; a range of more than 60 days has steps of a day. */
                step?: number;
            };
            header?: never;
            path: {
                /**
                 * @description The webhook's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7k
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The steps. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookSeries"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    readEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The event's id.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                event_id: components["parameters"]["EventId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where it went. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventDetail"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description No webhook of the account has it. An event that none took is not stored, so it cannot be told from one that never was. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    publish: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, bare or as a quoted string. A repeat within `IDEMPOTENCY_HOURS` (24) is answered as the first was and does nothing again; the same key with another body is 422. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The trace to which the events belong, by W3C Trace Context; each POST to a receiver is a span of it. Without a valid one each event begins a trace.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
                 */
                traceparent?: components["parameters"]["TraceParent"];
                /**
                 * @description What tracing systems add to the trace. It is passed on with a valid `traceparent`, up to 512 characters.
                 * @example congo=t61rcWkgMzE
                 */
                tracestate?: components["parameters"]["TraceState"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Event"];
            };
        };
        responses: {
            /** @description It is stored. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublishedEvent"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            /** @description The key lacks the scope, or the account may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            /** @description What is there conflicts with it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyUsed"];
            429: components["responses"]["Throttled"];
            503: components["responses"]["Unstored"];
        };
    };
    publishBatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, bare or as a quoted string. A repeat within `IDEMPOTENCY_HOURS` (24) is answered as the first was and does nothing again; the same key with another body is 422. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The trace to which the events belong, by W3C Trace Context; each POST to a receiver is a span of it. Without a valid one each event begins a trace.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
                 */
                traceparent?: components["parameters"]["TraceParent"];
                /**
                 * @description What tracing systems add to the trace. It is passed on with a valid `traceparent`, up to 512 characters.
                 * @example congo=t61rcWkgMzE
                 */
                tracestate?: components["parameters"]["TraceState"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Event"][];
            };
        };
        responses: {
            /** @description What came of each event. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchItem"][];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            /** @description The key lacks the scope, or the account may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            /** @description What is there conflicts with it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyUsed"];
            429: components["responses"]["Throttled"];
            503: components["responses"]["Unavailable"];
        };
    };
    readSample: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The event type in lower case with hyphens, or in the vendor's words (`vilt-registration`).
                 * @example course-enrollment
                 */
                sample: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sample. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SampleList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    testFilter: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FilterTest"];
            };
        };
        responses: {
            /** @description What the filter says of the event. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilterVerdict"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            503: components["responses"]["Unavailable"];
        };
    };
    listEventTypes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Each type, with an example. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventTypeList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    readEventType: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The event type. `PING` and `WEBHOOK_…` of the dispatcher are reserved.
                 * @example ORDER_PAID
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is defined. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventType"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    putEventType: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The event type. `PING` and `WEBHOOK_…` of the dispatcher are reserved.
                 * @example ORDER_PAID
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["TypeDefinition"];
            };
        };
        responses: {
            /** @description It is changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventType"];
                };
            };
            /** @description It is new. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventType"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            /** @description The key lacks the scope, or the account may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteEventType: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The event type. `PING` and `WEBHOOK_…` of the dispatcher are reserved.
                 * @example ORDER_PAID
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            /** @description What is there conflicts with it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It runs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["BadRequest"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
        };
    };
    readMetrics: {
        parameters: {
            query: {
                /**
                 * @description The account's name.
                 * @example acme
                 */
                account: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The numbers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/openmetrics-text": string;
                    "text/plain": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    ping: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key is good. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyInfo"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    readAudit: {
        parameters: {
            query?: {
                /** @description Where the page starts: taken from `next` and `previous`. */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many a page has. */
                page_size?: components["parameters"]["PageSize"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    listKeys: {
        parameters: {
            query?: {
                /** @description The page, from 1, or `last`. */
                page?: components["parameters"]["Page"];
                /** @description How many a page has. */
                page_size?: components["parameters"]["PageSize"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyRequest"];
            };
        };
        responses: {
            /** @description The key, shown this once. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedKey"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            /** @description What is there conflicts with it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            503: components["responses"]["Unavailable"];
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The key's id.
                 * @example 0f3c9a1b2d4e5f607182
                 */
                id: components["parameters"]["KeyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is revoked. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    listAccounts: {
        parameters: {
            query?: {
                /** @description Only those whose name contains this text, in upper or lower case. */
                q?: string;
                /** @description Where the page starts: taken from `next`. */
                cursor?: string;
                /** @description How many a page has. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    readAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The account's name.
                 * @example acme
                 */
                account: components["parameters"]["Account"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How it stands. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountDetail"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The account's name.
                 * @example acme
                 */
                account: components["parameters"]["Account"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has begun. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountDetail"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            503: components["responses"]["Unavailable"];
        };
    };
    disableAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The account's name.
                 * @example acme
                 */
                account: components["parameters"]["Account"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How it stands. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountState"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            /** @description What is there conflicts with it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
    createPortalLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The account's name.
                 * @example acme
                 */
                account: components["parameters"]["Account"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PortalRequest"];
            };
        };
        responses: {
            /** @description The link, shown this once. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalLink"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            /** @description What is there conflicts with it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            503: components["responses"]["Unavailable"];
        };
    };
    enableAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The account's name.
                 * @example acme
                 */
                account: components["parameters"]["Account"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How it stands. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountState"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            /** @description What is there conflicts with it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
    importWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The account's name.
                 * @example acme
                 */
                account: components["parameters"]["Account"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-ndjson": string;
            };
        };
        responses: {
            /** @description What came of each line. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportItem"][];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            406: components["responses"]["NotAcceptable"];
            /** @description What is there conflicts with it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detail"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            503: components["responses"]["Unavailable"];
        };
    };
    receiveEvent: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same over all its tries.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                "webhook-id": components["parameters"]["ReceivedId"];
                /**
                 * @description When this try was made, in Unix seconds.
                 * @example 1795514400
                 */
                "webhook-timestamp": components["parameters"]["ReceivedTimestamp"];
                /**
                 * @description Standard Webhooks 1.0.0: `v1,` (HMAC) or `v1a,` (Ed25519) and base64, one for each live key, separated by spaces.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["ReceivedSignature"];
                /**
                 * @description W3C Trace Context: the trace of the event, and a span of this try alone.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-53995c3f42cd8ad8-01
                 */
                traceparent: components["parameters"]["ReceivedTraceParent"];
                /**
                 * @description As the publisher sent it, if it did.
                 * @example congo=t61rcWkgMzE
                 */
                tracestate?: components["parameters"]["ReceivedTraceState"];
                /**
                 * @description `USER_AGENT`.
                 * @example skilljar
                 */
                "User-Agent": components["parameters"]["ReceivedUserAgent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReceivedEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["Arrived"];
            "3XX": components["responses"]["Redirected"];
            "4XX": components["responses"]["Refused"];
            "5XX": components["responses"]["Failed"];
        };
    };
    receiveCourseEnrollment: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same over all its tries.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                "webhook-id": components["parameters"]["ReceivedId"];
                /**
                 * @description When this try was made, in Unix seconds.
                 * @example 1795514400
                 */
                "webhook-timestamp": components["parameters"]["ReceivedTimestamp"];
                /**
                 * @description Standard Webhooks 1.0.0: `v1,` (HMAC) or `v1a,` (Ed25519) and base64, one for each live key, separated by spaces.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["ReceivedSignature"];
                /**
                 * @description W3C Trace Context: the trace of the event, and a span of this try alone.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-53995c3f42cd8ad8-01
                 */
                traceparent: components["parameters"]["ReceivedTraceParent"];
                /**
                 * @description As the publisher sent it, if it did.
                 * @example congo=t61rcWkgMzE
                 */
                tracestate?: components["parameters"]["ReceivedTraceState"];
                /**
                 * @description `USER_AGENT`.
                 * @example skilljar
                 */
                "User-Agent": components["parameters"]["ReceivedUserAgent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CourseEnrollmentEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["Arrived"];
            "3XX": components["responses"]["Redirected"];
            "4XX": components["responses"]["Refused"];
            "5XX": components["responses"]["Failed"];
        };
    };
    receiveDomainEnrollment: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same over all its tries.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                "webhook-id": components["parameters"]["ReceivedId"];
                /**
                 * @description When this try was made, in Unix seconds.
                 * @example 1795514400
                 */
                "webhook-timestamp": components["parameters"]["ReceivedTimestamp"];
                /**
                 * @description Standard Webhooks 1.0.0: `v1,` (HMAC) or `v1a,` (Ed25519) and base64, one for each live key, separated by spaces.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["ReceivedSignature"];
                /**
                 * @description W3C Trace Context: the trace of the event, and a span of this try alone.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-53995c3f42cd8ad8-01
                 */
                traceparent: components["parameters"]["ReceivedTraceParent"];
                /**
                 * @description As the publisher sent it, if it did.
                 * @example congo=t61rcWkgMzE
                 */
                tracestate?: components["parameters"]["ReceivedTraceState"];
                /**
                 * @description `USER_AGENT`.
                 * @example skilljar
                 */
                "User-Agent": components["parameters"]["ReceivedUserAgent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DomainEnrollmentEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["Arrived"];
            "3XX": components["responses"]["Redirected"];
            "4XX": components["responses"]["Refused"];
            "5XX": components["responses"]["Failed"];
        };
    };
    receiveCourseCompletion: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same over all its tries.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                "webhook-id": components["parameters"]["ReceivedId"];
                /**
                 * @description When this try was made, in Unix seconds.
                 * @example 1795514400
                 */
                "webhook-timestamp": components["parameters"]["ReceivedTimestamp"];
                /**
                 * @description Standard Webhooks 1.0.0: `v1,` (HMAC) or `v1a,` (Ed25519) and base64, one for each live key, separated by spaces.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["ReceivedSignature"];
                /**
                 * @description W3C Trace Context: the trace of the event, and a span of this try alone.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-53995c3f42cd8ad8-01
                 */
                traceparent: components["parameters"]["ReceivedTraceParent"];
                /**
                 * @description As the publisher sent it, if it did.
                 * @example congo=t61rcWkgMzE
                 */
                tracestate?: components["parameters"]["ReceivedTraceState"];
                /**
                 * @description `USER_AGENT`.
                 * @example skilljar
                 */
                "User-Agent": components["parameters"]["ReceivedUserAgent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CourseCompletionEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["Arrived"];
            "3XX": components["responses"]["Redirected"];
            "4XX": components["responses"]["Refused"];
            "5XX": components["responses"]["Failed"];
        };
    };
    receiveLessonCompletion: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same over all its tries.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                "webhook-id": components["parameters"]["ReceivedId"];
                /**
                 * @description When this try was made, in Unix seconds.
                 * @example 1795514400
                 */
                "webhook-timestamp": components["parameters"]["ReceivedTimestamp"];
                /**
                 * @description Standard Webhooks 1.0.0: `v1,` (HMAC) or `v1a,` (Ed25519) and base64, one for each live key, separated by spaces.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["ReceivedSignature"];
                /**
                 * @description W3C Trace Context: the trace of the event, and a span of this try alone.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-53995c3f42cd8ad8-01
                 */
                traceparent: components["parameters"]["ReceivedTraceParent"];
                /**
                 * @description As the publisher sent it, if it did.
                 * @example congo=t61rcWkgMzE
                 */
                tracestate?: components["parameters"]["ReceivedTraceState"];
                /**
                 * @description `USER_AGENT`.
                 * @example skilljar
                 */
                "User-Agent": components["parameters"]["ReceivedUserAgent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LessonCompletionEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["Arrived"];
            "3XX": components["responses"]["Redirected"];
            "4XX": components["responses"]["Refused"];
            "5XX": components["responses"]["Failed"];
        };
    };
    receivePathCompletion: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same over all its tries.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                "webhook-id": components["parameters"]["ReceivedId"];
                /**
                 * @description When this try was made, in Unix seconds.
                 * @example 1795514400
                 */
                "webhook-timestamp": components["parameters"]["ReceivedTimestamp"];
                /**
                 * @description Standard Webhooks 1.0.0: `v1,` (HMAC) or `v1a,` (Ed25519) and base64, one for each live key, separated by spaces.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["ReceivedSignature"];
                /**
                 * @description W3C Trace Context: the trace of the event, and a span of this try alone.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-53995c3f42cd8ad8-01
                 */
                traceparent: components["parameters"]["ReceivedTraceParent"];
                /**
                 * @description As the publisher sent it, if it did.
                 * @example congo=t61rcWkgMzE
                 */
                tracestate?: components["parameters"]["ReceivedTraceState"];
                /**
                 * @description `USER_AGENT`.
                 * @example skilljar
                 */
                "User-Agent": components["parameters"]["ReceivedUserAgent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PathCompletionEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["Arrived"];
            "3XX": components["responses"]["Redirected"];
            "4XX": components["responses"]["Refused"];
            "5XX": components["responses"]["Failed"];
        };
    };
    receivePathEnrollment: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same over all its tries.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                "webhook-id": components["parameters"]["ReceivedId"];
                /**
                 * @description When this try was made, in Unix seconds.
                 * @example 1795514400
                 */
                "webhook-timestamp": components["parameters"]["ReceivedTimestamp"];
                /**
                 * @description Standard Webhooks 1.0.0: `v1,` (HMAC) or `v1a,` (Ed25519) and base64, one for each live key, separated by spaces.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["ReceivedSignature"];
                /**
                 * @description W3C Trace Context: the trace of the event, and a span of this try alone.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-53995c3f42cd8ad8-01
                 */
                traceparent: components["parameters"]["ReceivedTraceParent"];
                /**
                 * @description As the publisher sent it, if it did.
                 * @example congo=t61rcWkgMzE
                 */
                tracestate?: components["parameters"]["ReceivedTraceState"];
                /**
                 * @description `USER_AGENT`.
                 * @example skilljar
                 */
                "User-Agent": components["parameters"]["ReceivedUserAgent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PathEnrollmentEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["Arrived"];
            "3XX": components["responses"]["Redirected"];
            "4XX": components["responses"]["Refused"];
            "5XX": components["responses"]["Failed"];
        };
    };
    receiveQuizCompletion: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same over all its tries.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                "webhook-id": components["parameters"]["ReceivedId"];
                /**
                 * @description When this try was made, in Unix seconds.
                 * @example 1795514400
                 */
                "webhook-timestamp": components["parameters"]["ReceivedTimestamp"];
                /**
                 * @description Standard Webhooks 1.0.0: `v1,` (HMAC) or `v1a,` (Ed25519) and base64, one for each live key, separated by spaces.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["ReceivedSignature"];
                /**
                 * @description W3C Trace Context: the trace of the event, and a span of this try alone.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-53995c3f42cd8ad8-01
                 */
                traceparent: components["parameters"]["ReceivedTraceParent"];
                /**
                 * @description As the publisher sent it, if it did.
                 * @example congo=t61rcWkgMzE
                 */
                tracestate?: components["parameters"]["ReceivedTraceState"];
                /**
                 * @description `USER_AGENT`.
                 * @example skilljar
                 */
                "User-Agent": components["parameters"]["ReceivedUserAgent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QuizCompletionEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["Arrived"];
            "3XX": components["responses"]["Redirected"];
            "4XX": components["responses"]["Refused"];
            "5XX": components["responses"]["Failed"];
        };
    };
    receivePurchaseFulfillment: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same over all its tries.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                "webhook-id": components["parameters"]["ReceivedId"];
                /**
                 * @description When this try was made, in Unix seconds.
                 * @example 1795514400
                 */
                "webhook-timestamp": components["parameters"]["ReceivedTimestamp"];
                /**
                 * @description Standard Webhooks 1.0.0: `v1,` (HMAC) or `v1a,` (Ed25519) and base64, one for each live key, separated by spaces.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["ReceivedSignature"];
                /**
                 * @description W3C Trace Context: the trace of the event, and a span of this try alone.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-53995c3f42cd8ad8-01
                 */
                traceparent: components["parameters"]["ReceivedTraceParent"];
                /**
                 * @description As the publisher sent it, if it did.
                 * @example congo=t61rcWkgMzE
                 */
                tracestate?: components["parameters"]["ReceivedTraceState"];
                /**
                 * @description `USER_AGENT`.
                 * @example skilljar
                 */
                "User-Agent": components["parameters"]["ReceivedUserAgent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PurchaseFulfillmentEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["Arrived"];
            "3XX": components["responses"]["Redirected"];
            "4XX": components["responses"]["Refused"];
            "5XX": components["responses"]["Failed"];
        };
    };
    receiveDashboardTaskCreated: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same over all its tries.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                "webhook-id": components["parameters"]["ReceivedId"];
                /**
                 * @description When this try was made, in Unix seconds.
                 * @example 1795514400
                 */
                "webhook-timestamp": components["parameters"]["ReceivedTimestamp"];
                /**
                 * @description Standard Webhooks 1.0.0: `v1,` (HMAC) or `v1a,` (Ed25519) and base64, one for each live key, separated by spaces.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["ReceivedSignature"];
                /**
                 * @description W3C Trace Context: the trace of the event, and a span of this try alone.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-53995c3f42cd8ad8-01
                 */
                traceparent: components["parameters"]["ReceivedTraceParent"];
                /**
                 * @description As the publisher sent it, if it did.
                 * @example congo=t61rcWkgMzE
                 */
                tracestate?: components["parameters"]["ReceivedTraceState"];
                /**
                 * @description `USER_AGENT`.
                 * @example skilljar
                 */
                "User-Agent": components["parameters"]["ReceivedUserAgent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DashboardTaskCreatedEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["Arrived"];
            "3XX": components["responses"]["Redirected"];
            "4XX": components["responses"]["Refused"];
            "5XX": components["responses"]["Failed"];
        };
    };
    receiveViltEventRegistration: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same over all its tries.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                "webhook-id": components["parameters"]["ReceivedId"];
                /**
                 * @description When this try was made, in Unix seconds.
                 * @example 1795514400
                 */
                "webhook-timestamp": components["parameters"]["ReceivedTimestamp"];
                /**
                 * @description Standard Webhooks 1.0.0: `v1,` (HMAC) or `v1a,` (Ed25519) and base64, one for each live key, separated by spaces.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["ReceivedSignature"];
                /**
                 * @description W3C Trace Context: the trace of the event, and a span of this try alone.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-53995c3f42cd8ad8-01
                 */
                traceparent: components["parameters"]["ReceivedTraceParent"];
                /**
                 * @description As the publisher sent it, if it did.
                 * @example congo=t61rcWkgMzE
                 */
                tracestate?: components["parameters"]["ReceivedTraceState"];
                /**
                 * @description `USER_AGENT`.
                 * @example skilljar
                 */
                "User-Agent": components["parameters"]["ReceivedUserAgent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ViltEventRegistrationEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["Arrived"];
            "3XX": components["responses"]["Redirected"];
            "4XX": components["responses"]["Refused"];
            "5XX": components["responses"]["Failed"];
        };
    };
    receiveWebhookDeactivated: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same over all its tries.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                "webhook-id": components["parameters"]["ReceivedId"];
                /**
                 * @description When this try was made, in Unix seconds.
                 * @example 1795514400
                 */
                "webhook-timestamp": components["parameters"]["ReceivedTimestamp"];
                /**
                 * @description Standard Webhooks 1.0.0: `v1,` (HMAC) or `v1a,` (Ed25519) and base64, one for each live key, separated by spaces.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["ReceivedSignature"];
                /**
                 * @description W3C Trace Context: the trace of the event, and a span of this try alone.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-53995c3f42cd8ad8-01
                 */
                traceparent: components["parameters"]["ReceivedTraceParent"];
                /**
                 * @description As the publisher sent it, if it did.
                 * @example congo=t61rcWkgMzE
                 */
                tracestate?: components["parameters"]["ReceivedTraceState"];
                /**
                 * @description `USER_AGENT`.
                 * @example skilljar
                 */
                "User-Agent": components["parameters"]["ReceivedUserAgent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookDeactivatedEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["Arrived"];
            "3XX": components["responses"]["Redirected"];
            "4XX": components["responses"]["Refused"];
            "5XX": components["responses"]["Failed"];
        };
    };
    receiveWebhookFailing: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same over all its tries.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                "webhook-id": components["parameters"]["ReceivedId"];
                /**
                 * @description When this try was made, in Unix seconds.
                 * @example 1795514400
                 */
                "webhook-timestamp": components["parameters"]["ReceivedTimestamp"];
                /**
                 * @description Standard Webhooks 1.0.0: `v1,` (HMAC) or `v1a,` (Ed25519) and base64, one for each live key, separated by spaces.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["ReceivedSignature"];
                /**
                 * @description W3C Trace Context: the trace of the event, and a span of this try alone.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-53995c3f42cd8ad8-01
                 */
                traceparent: components["parameters"]["ReceivedTraceParent"];
                /**
                 * @description As the publisher sent it, if it did.
                 * @example congo=t61rcWkgMzE
                 */
                tracestate?: components["parameters"]["ReceivedTraceState"];
                /**
                 * @description `USER_AGENT`.
                 * @example skilljar
                 */
                "User-Agent": components["parameters"]["ReceivedUserAgent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookFailingEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["Arrived"];
            "3XX": components["responses"]["Redirected"];
            "4XX": components["responses"]["Refused"];
            "5XX": components["responses"]["Failed"];
        };
    };
    receiveWebhookRecovered: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same over all its tries.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                "webhook-id": components["parameters"]["ReceivedId"];
                /**
                 * @description When this try was made, in Unix seconds.
                 * @example 1795514400
                 */
                "webhook-timestamp": components["parameters"]["ReceivedTimestamp"];
                /**
                 * @description Standard Webhooks 1.0.0: `v1,` (HMAC) or `v1a,` (Ed25519) and base64, one for each live key, separated by spaces.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["ReceivedSignature"];
                /**
                 * @description W3C Trace Context: the trace of the event, and a span of this try alone.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-53995c3f42cd8ad8-01
                 */
                traceparent: components["parameters"]["ReceivedTraceParent"];
                /**
                 * @description As the publisher sent it, if it did.
                 * @example congo=t61rcWkgMzE
                 */
                tracestate?: components["parameters"]["ReceivedTraceState"];
                /**
                 * @description `USER_AGENT`.
                 * @example skilljar
                 */
                "User-Agent": components["parameters"]["ReceivedUserAgent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookRecoveredEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["Arrived"];
            "3XX": components["responses"]["Redirected"];
            "4XX": components["responses"]["Refused"];
            "5XX": components["responses"]["Failed"];
        };
    };
    receivePing: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same over all its tries.
                 * @example 01kawq9r8t3v5x7z9b1d3f5h7m
                 */
                "webhook-id": components["parameters"]["ReceivedId"];
                /**
                 * @description When this try was made, in Unix seconds.
                 * @example 1795514400
                 */
                "webhook-timestamp": components["parameters"]["ReceivedTimestamp"];
                /**
                 * @description Standard Webhooks 1.0.0: `v1,` (HMAC) or `v1a,` (Ed25519) and base64, one for each live key, separated by spaces.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["ReceivedSignature"];
                /**
                 * @description W3C Trace Context: the trace of the event, and a span of this try alone.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-53995c3f42cd8ad8-01
                 */
                traceparent: components["parameters"]["ReceivedTraceParent"];
                /**
                 * @description As the publisher sent it, if it did.
                 * @example congo=t61rcWkgMzE
                 */
                tracestate?: components["parameters"]["ReceivedTraceState"];
                /**
                 * @description `USER_AGENT`.
                 * @example skilljar
                 */
                "User-Agent": components["parameters"]["ReceivedUserAgent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PingEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["Arrived"];
            "3XX": components["responses"]["Redirected"];
            "4XX": components["responses"]["Refused"];
            "5XX": components["responses"]["Failed"];
        };
    };
}
