// The schemas of the contract as TypeScript types. Generated from contract/openapi.json by
// `npm run contract`; do not edit it by hand.

export interface components {
    schemas: {
        Webhook: {
            /** @description Its id; later webhooks have later ids. */
            id: string;
            /** @description Where events are POSTed, as its owner wrote it. */
            target_url: string;
            /** @description Whether events are sent. */
            active: boolean;
            /**
             * @description Why the dispatcher switched it off: the receiver answered 4xx; every retry failed; so it did, the last with a redirect; the account is disabled.
             * @enum {string|null}
             */
            deactivate_reason: "HTTP_4XX_RESPONSE" | "RETRY_COUNT" | "TOO_MANY_REDIRECTS" | "ORG_DISABLED" | null;
            /** @description The one type that is sent; `null`: all but the operational. `WEBHOOK_ALERT`: this is the alert, which gets the operational ones. */
            event_type: string | null;
            /** @description The user name, or blank. */
            basic_auth_username: string;
            /**
             * @description Write-only: what is set reads as stars.
             * @enum {string}
             */
            basic_auth_password: "" | "********";
            /** @description The names of the headers; their values are write-only. */
            additional_headers: {
                [key: string]: "********";
            };
            /** @description Only where there is a limit. */
            max_per_second?: number;
            /** @description At most so many sends are in flight at a time. */
            max_in_flight: number;
            /**
             * @description Only where it is set.
             * @constant
             */
            ordered?: true;
            /**
             * @description Only where it is set.
             * @constant
             */
            retry_4xx?: true;
            /** @description What Ed25519 signatures are verified with; only where they are. */
            signing_public_key?: string;
            /** @description Which events are sent, by their content; `null`: all. */
            filter: {
                [key: string]: unknown;
            } | null;
        };
        CreatedWebhook: {
            /** @description Its id; later webhooks have later ids. */
            id: string;
            /** @description Where events are POSTed, as its owner wrote it. */
            target_url: string;
            /** @description Whether events are sent. */
            active: boolean;
            /**
             * @description Why the dispatcher switched it off: the receiver answered 4xx; every retry failed; so it did, the last with a redirect; the account is disabled.
             * @enum {string|null}
             */
            deactivate_reason: "HTTP_4XX_RESPONSE" | "RETRY_COUNT" | "TOO_MANY_REDIRECTS" | "ORG_DISABLED" | null;
            /** @description The one type that is sent; `null`: all but the operational. `WEBHOOK_ALERT`: this is the alert, which gets the operational ones. */
            event_type: string | null;
            /** @description The user name, or blank. */
            basic_auth_username: string;
            /**
             * @description Write-only: what is set reads as stars.
             * @enum {string}
             */
            basic_auth_password: "" | "********";
            /** @description The names of the headers; their values are write-only. */
            additional_headers: {
                [key: string]: "********";
            };
            /** @description Only where there is a limit. */
            max_per_second?: number;
            /** @description At most so many sends are in flight at a time. */
            max_in_flight: number;
            /**
             * @description Only where it is set.
             * @constant
             */
            ordered?: true;
            /**
             * @description Only where it is set.
             * @constant
             */
            retry_4xx?: true;
            /** @description What Ed25519 signatures are verified with; only where they are. */
            signing_public_key?: string;
            /** @description Which events are sent, by their content; `null`: all. */
            filter: {
                [key: string]: unknown;
            } | null;
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
            /**
             * @description The one type that is sent. Left out, `null` or blank: all but the operational.
             * @enum {string|null}
             */
            event_type?: "COURSE_ENROLLMENT" | "DOMAIN_ENROLLMENT" | "COURSE_COMPLETION" | "LESSON_COMPLETION" | "PATH_COMPLETION" | "PATH_ENROLLMENT" | "QUIZ_COMPLETION" | "PURCHASE_FULFILLMENT" | "DASHBOARD_TASK_CREATED" | "VILT_EVENT_REGISTRATION" | "WEBHOOK_DEACTIVATED" | "WEBHOOK_FAILING" | "WEBHOOK_RECOVERED" | "" | null;
            /** @description User name for basic authentication at the receiver; without a colon. */
            basic_auth_username?: string | null;
            /** @description Password for the same. `********` in an update keeps the stored one. */
            basic_auth_password?: string | null;
            /** @description Sent with every POST: at most 64, of 16 kB in all; names and values by RFC 9110. `Host`, `Content-*`, `User-Agent`, `webhook-*`, `X-Forwarded-*`, `CF-*` (but for `CF-Access-*`) and hop-by-hop headers may not be set. `null`: none. */
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
            /** @description Which events are sent, by their content ([the language](CONCEPTS.md#filters)): `{"user": {"plan": {"$in": ["pro", "team"]}}, "score": {"$gte": 80}}`. At most 4096 bytes without spaces, 8 levels and 64 values. `null` or `{}`: all. */
            filter?: {
                [key: string]: unknown;
            } | null;
            /** @description `whsec_` and the base64 of 24 to 64 bytes. Made by the dispatcher if left out. */
            signing_secret?: string | null;
            /**
             * @description How deliveries are signed; `hmac` if left out. An Ed25519 pair is made here.
             * @enum {string|null}
             */
            signature?: "hmac" | "ed25519" | "" | null;
        };
        WebhookCreateForm: {
            /**
             * Format: uri
             * @description Where events are POSTed: absolute, http or https, without credentials, and a host on the public internet.
             */
            target_url: string;
            /** @description Whether events are sent. `true` re-activates a webhook that was switched off. In a form, `true`, `yes`, `on` or `1`, and their opposites, are taken too. */
            active?: boolean;
            /**
             * @description The one type that is sent. Left out, `null` or blank: all but the operational.
             * @enum {string|null}
             */
            event_type?: "COURSE_ENROLLMENT" | "DOMAIN_ENROLLMENT" | "COURSE_COMPLETION" | "LESSON_COMPLETION" | "PATH_COMPLETION" | "PATH_ENROLLMENT" | "QUIZ_COMPLETION" | "PURCHASE_FULFILLMENT" | "DASHBOARD_TASK_CREATED" | "VILT_EVENT_REGISTRATION" | "WEBHOOK_DEACTIVATED" | "WEBHOOK_FAILING" | "WEBHOOK_RECOVERED" | "" | null;
            /** @description User name for basic authentication at the receiver; without a colon. */
            basic_auth_username?: string | null;
            /** @description Password for the same. `********` in an update keeps the stored one. */
            basic_auth_password?: string | null;
            /** @description JSON text: an object of header names to values. Blank: none. */
            additional_headers?: string;
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
            /** @description JSON text. Which events are sent, by their content ([the language](CONCEPTS.md#filters)): `{"user": {"plan": {"$in": ["pro", "team"]}}, "score": {"$gte": 80}}`. At most 4096 bytes without spaces, 8 levels and 64 values. `null` or `{}`: all. Blank: all. */
            filter?: string;
            /** @description `whsec_` and the base64 of 24 to 64 bytes. Made by the dispatcher if left out. */
            signing_secret?: string | null;
            /**
             * @description How deliveries are signed; `hmac` if left out. An Ed25519 pair is made here.
             * @enum {string|null}
             */
            signature?: "hmac" | "ed25519" | "" | null;
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
            /**
             * @description The one type that is sent. Left out, `null` or blank: all but the operational.
             * @enum {string|null}
             */
            event_type?: "COURSE_ENROLLMENT" | "DOMAIN_ENROLLMENT" | "COURSE_COMPLETION" | "LESSON_COMPLETION" | "PATH_COMPLETION" | "PATH_ENROLLMENT" | "QUIZ_COMPLETION" | "PURCHASE_FULFILLMENT" | "DASHBOARD_TASK_CREATED" | "VILT_EVENT_REGISTRATION" | "WEBHOOK_DEACTIVATED" | "WEBHOOK_FAILING" | "WEBHOOK_RECOVERED" | "" | null;
            /** @description User name for basic authentication at the receiver; without a colon. */
            basic_auth_username?: string | null;
            /** @description Password for the same. `********` in an update keeps the stored one. */
            basic_auth_password?: string | null;
            /** @description Sent with every POST: at most 64, of 16 kB in all; names and values by RFC 9110. `Host`, `Content-*`, `User-Agent`, `webhook-*`, `X-Forwarded-*`, `CF-*` (but for `CF-Access-*`) and hop-by-hop headers may not be set. `null`: none. */
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
            /** @description Which events are sent, by their content ([the language](CONCEPTS.md#filters)): `{"user": {"plan": {"$in": ["pro", "team"]}}, "score": {"$gte": 80}}`. At most 4096 bytes without spaces, 8 levels and 64 values. `null` or `{}`: all. */
            filter?: {
                [key: string]: unknown;
            } | null;
        };
        /** @description What is left out is kept. */
        WebhookUpdateForm: {
            /**
             * Format: uri
             * @description Where events are POSTed: absolute, http or https, without credentials, and a host on the public internet.
             */
            target_url?: string;
            /** @description Whether events are sent. `true` re-activates a webhook that was switched off. In a form, `true`, `yes`, `on` or `1`, and their opposites, are taken too. */
            active?: boolean;
            /**
             * @description The one type that is sent. Left out, `null` or blank: all but the operational.
             * @enum {string|null}
             */
            event_type?: "COURSE_ENROLLMENT" | "DOMAIN_ENROLLMENT" | "COURSE_COMPLETION" | "LESSON_COMPLETION" | "PATH_COMPLETION" | "PATH_ENROLLMENT" | "QUIZ_COMPLETION" | "PURCHASE_FULFILLMENT" | "DASHBOARD_TASK_CREATED" | "VILT_EVENT_REGISTRATION" | "WEBHOOK_DEACTIVATED" | "WEBHOOK_FAILING" | "WEBHOOK_RECOVERED" | "" | null;
            /** @description User name for basic authentication at the receiver; without a colon. */
            basic_auth_username?: string | null;
            /** @description Password for the same. `********` in an update keeps the stored one. */
            basic_auth_password?: string | null;
            /** @description JSON text: an object of header names to values. Blank: none. */
            additional_headers?: string;
            /** @description At most so many sends begin within any second. `null`: no limit. */
            max_per_second?: number | null;
            /** @description At most so many sends are in flight at a time. `null`: 64. */
            max_in_flight?: number | null;
            /** @description Strict order of publication, one at a time; a failing event holds back the later ones. */
            ordered?: boolean;
            /** @description 408, 425 and 429 are retried. All other 4xx still switch the webhook off. */
            retry_4xx?: boolean;
            /** @description JSON text. Which events are sent, by their content ([the language](CONCEPTS.md#filters)): `{"user": {"plan": {"$in": ["pro", "team"]}}, "score": {"$gte": 80}}`. At most 4096 bytes without spaces, 8 levels and 64 values. `null` or `{}`: all. Blank: all. */
            filter?: string;
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
            /** @description Sent with every POST: at most 64, of 16 kB in all; names and values by RFC 9110. `Host`, `Content-*`, `User-Agent`, `webhook-*`, `X-Forwarded-*`, `CF-*` (but for `CF-Access-*`) and hop-by-hop headers may not be set. `null`: none. */
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
            /** @description Which events are sent, by their content ([the language](CONCEPTS.md#filters)): `{"user": {"plan": {"$in": ["pro", "team"]}}, "score": {"$gte": 80}}`. At most 4096 bytes without spaces, 8 levels and 64 values. `null` or `{}`: all. */
            filter?: {
                [key: string]: unknown;
            } | null;
            /** @description `whsec_` and the base64 of 24 to 64 bytes. Made by the dispatcher if left out. */
            signing_secret?: string | null;
            /**
             * @description How deliveries are signed; `hmac` if left out. An Ed25519 pair is made here.
             * @enum {string|null}
             */
            signature?: "hmac" | "ed25519" | "" | null;
        };
        /** @description `target_url` is required when the account has no alert. Else it is a change. */
        AlertPutForm: {
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
            /** @description JSON text: an object of header names to values. Blank: none. */
            additional_headers?: string;
            /** @description At most so many sends begin within any second. `null`: no limit. */
            max_per_second?: number | null;
            /** @description At most so many sends are in flight at a time. `null`: 64. */
            max_in_flight?: number | null;
            /** @description Strict order of publication, one at a time; a failing event holds back the later ones. */
            ordered?: boolean;
            /** @description 408, 425 and 429 are retried. All other 4xx still switch the webhook off. */
            retry_4xx?: boolean;
            /** @description JSON text. Which events are sent, by their content ([the language](CONCEPTS.md#filters)): `{"user": {"plan": {"$in": ["pro", "team"]}}, "score": {"$gte": 80}}`. At most 4096 bytes without spaces, 8 levels and 64 values. `null` or `{}`: all. Blank: all. */
            filter?: string;
            /** @description `whsec_` and the base64 of 24 to 64 bytes. Made by the dispatcher if left out. */
            signing_secret?: string | null;
            /**
             * @description How deliveries are signed; `hmac` if left out. An Ed25519 pair is made here.
             * @enum {string|null}
             */
            signature?: "hmac" | "ed25519" | "" | null;
        };
        /** @description What the receiver verifies with from now on. */
        Signing: {
            /** @description What its deliveries are verified with: shown this once. */
            signing_secret?: string;
            /** @description What Ed25519 signatures are verified with; only where they are. */
            signing_public_key?: string;
        };
        Rotation: {
            /** @description `whsec_` and the base64 of 24 to 64 bytes. Made by the dispatcher if left out. */
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
            /** @description What it answered; 0 if it did not. */
            http_status_code: number;
            /** @description The same in words. */
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
        Delivery: {
            /** @description The event's id, and the `webhook-id` of each of its POSTs. */
            event_id: string;
            /** @description The event's type. */
            event_type: string;
            /**
             * @description Waiting for its next try; on its way; arrived; not arrived before the webhook was switched off; come while it was.
             * @enum {string}
             */
            status: "waiting" | "in_flight" | "delivered" | "undelivered" | "held";
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
             * @description When its next try is due.
             */
            next_try_at: string | null;
            /** @description How many tries of its schedule were made. */
            try_count: number;
        };
        DeliveryWithTries: {
            /** @description The event's id, and the `webhook-id` of each of its POSTs. */
            event_id: string;
            /** @description The event's type. */
            event_type: string;
            /**
             * @description Waiting for its next try; on its way; arrived; not arrived before the webhook was switched off; come while it was.
             * @enum {string}
             */
            status: "waiting" | "in_flight" | "delivered" | "undelivered" | "held";
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
             * @description When its next try is due.
             */
            next_try_at: string | null;
            /** @description How many tries of its schedule were made. */
            try_count: number;
            /** @description Every try, the first one first. */
            tries: components["schemas"]["Try"][];
        };
        SentRequest: {
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
        Try: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            at: string;
            /** @description How long it took, in milliseconds. */
            duration_ms: number;
            /**
             * @description Its time had come; somebody asked for it; a recovery took it up.
             * @enum {string}
             */
            cause: "schedule" | "resend" | "recover";
            /** @description What the receiver answered. */
            http_status_code: number | null;
            /** @description Why there is no answer, in words. */
            fault: string | null;
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
        Stats: {
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
            /** @description How many events were refused because the backlog was full. */
            refused: number;
            /** @description How many events its `filter` left out, at least. */
            filtered: number;
            /** @description How many tries may be in flight at a time now: `max_in_flight`, 1 for an ordered webhook, fewer after signs of overload. */
            window: number;
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
             * @description When the next try is due.
             */
            next_try_at: string | null;
            /** @description Over how many tries the numbers below are. */
            tries: number;
            /** @description Which part of them succeeded. */
            success_rate: number | null;
            /** @description Half of them took at most so long. */
            duration_ms_p50: number | null;
            /** @description All but one in a hundred took at most so long. */
            duration_ms_p99: number | null;
        };
        Recovery: {
            /**
             * @description `none`: none was ever asked for; `stopped`: the webhook was switched off.
             * @enum {string}
             */
            state: "none" | "running" | "done" | "stopped";
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
            /**
             * @description Only these; all if left out.
             * @enum {string|null}
             */
            status?: "held" | "undelivered" | "all" | null;
        };
        EventPlaces: {
            /** @description The event's id, and the `webhook-id` of each of its POSTs. */
            id: string;
            deliveries: {
                /** @description The webhook's id. */
                webhook: string;
                /** @description The event's id, and the `webhook-id` of each of its POSTs. */
                event_id: string;
                /** @description The event's type. */
                event_type: string;
                /**
                 * @description Waiting for its next try; on its way; arrived; not arrived before the webhook was switched off; come while it was.
                 * @enum {string}
                 */
                status: "waiting" | "in_flight" | "delivered" | "undelivered" | "held";
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
                 * @description When its next try is due.
                 */
                next_try_at: string | null;
                /** @description How many tries of its schedule were made. */
                try_count: number;
                /** @description Every try, the first one first. */
                tries: components["schemas"]["Try"][];
            }[];
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
         *     The variable `EVENT_TYPES` replaces the list; `GET /v1/event-types` answers what is in force.
         * @enum {string}
         */
        EventTypeName: "COURSE_ENROLLMENT" | "DOMAIN_ENROLLMENT" | "COURSE_COMPLETION" | "LESSON_COMPLETION" | "PATH_COMPLETION" | "PATH_ENROLLMENT" | "QUIZ_COMPLETION" | "PURCHASE_FULFILLMENT" | "DASHBOARD_TASK_CREATED" | "VILT_EVENT_REGISTRATION";
        /** @description Any JSON object, no deeper than 127 levels, with an `event_type` of the list. It is delivered byte for byte. */
        Event: {
            event_type: components["schemas"]["EventTypeName"];
        } & {
            [key: string]: unknown;
        };
        Published: {
            /** @description The event's id: the `webhook-id` of each of its POSTs. */
            id: string;
            /** @description The event's type. */
            event_type: string;
            /** @description How many webhooks have stored it. */
            webhooks: number;
            /** @description How many hold it, since the dispatcher switched them off; absent if none. */
            held?: number;
            /** @description The webhooks that match it and refused it; absent if none. */
            refused?: components["schemas"]["Refused"][];
        };
        Refused: {
            /** @description The webhook's id. */
            webhook: string;
            /**
             * @description As much waits for it as may (`MAX_BACKLOG`, `MAX_BACKLOG_BYTES`).
             * @enum {string}
             */
            reason: "backlog";
        };
        /** @description What the event would have been answered with alone. */
        BatchItem: {
            /** @constant */
            status: 202;
            /** @description The event's id: the `webhook-id` of each of its POSTs. */
            id: string;
            /** @description The event's type. */
            event_type: string;
            /** @description How many webhooks have stored it. */
            webhooks: number;
            /** @description How many hold it, since the dispatcher switched them off; absent if none. */
            held?: number;
            /** @description The webhooks that match it and refused it; absent if none. */
            refused?: components["schemas"]["Refused"][];
        } | {
            /** @constant */
            status: 413;
            /** @description How large it may be. */
            detail: string;
        } | {
            /** @constant */
            status: 503;
            /** @description What completes it. */
            detail: string;
            /** @description The event's id: the `webhook-id` of each of its POSTs. */
            id?: string;
        } | {
            /** @constant */
            status: 400;
            /** @description What is wrong with the JSON. */
            detail?: string;
            event_type?: string[];
            non_field_errors?: string[];
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
            reason: {
                /** @description The first rule that does not hold: a JSON pointer into the filter. */
                pointer: string;
                /** @description What the event has there. */
                detail: string;
            } | null;
        };
        EventTypeList: {
            /** @description The event's type. */
            event_type: string;
            /** @description When such an event is published. */
            triggered_when: string;
        }[];
        SampleList: {
            results: components["schemas"]["Event"][];
            /** @description That it is an example; absent if the body is documented. */
            note?: string;
        };
        OperationalEvent: {
            /**
             * @description | event type | triggered when |
             *     |---|---|
             *     | `WEBHOOK_DEACTIVATED` | The dispatcher switched a webhook of the account off |
             *     | `WEBHOOK_FAILING` | Five tries in a row to a webhook of the account have failed |
             *     | `WEBHOOK_RECOVERED` | The receiver of a webhook that was failing answers again |
             * @enum {string}
             */
            event_type: "WEBHOOK_DEACTIVATED" | "WEBHOOK_FAILING" | "WEBHOOK_RECOVERED";
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
            /** @description Why it was switched off, or what its receiver said last. */
            reason: string | null;
        };
        /** @description What came of one line. */
        ImportItem: {
            /** @description Its number; blank lines count. */
            line: number;
            /**
             * @description 201: it was created. 200: it was there.
             * @enum {integer}
             */
            status: 200 | 201;
            webhook: components["schemas"]["CreatedWebhook"];
        } | {
            /** @description Its number; blank lines count. */
            line: number;
            /**
             * @description What its creation would have been answered with.
             * @enum {integer}
             */
            status: 400 | 403 | 409 | 413 | 503;
            problem: components["schemas"]["Problem"];
        };
        Health: {
            /**
             * @description It runs.
             * @constant
             */
            status: "ok";
        };
        /** @description One change. No value is in it, so no secret. */
        AuditEntry: {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description Who: a key's id, `ADMIN_KEY`, `API_KEY` or `dispatcher`. */
            by: string;
            /**
             * @description What was changed.
             * @enum {string}
             */
            action: "webhook.created" | "webhook.deactivated" | "webhook.deleted" | "webhook.secret_rotated" | "recovery.begun";
            /** @description A webhook's id. */
            webhook: string;
        } | {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description Who: a key's id, `ADMIN_KEY`, `API_KEY` or `dispatcher`. */
            by: string;
            /**
             * @description What was changed.
             * @enum {string}
             */
            action: "webhook.updated" | "webhook.reactivated";
            /** @description A webhook's id. */
            webhook: string;
            /** @description The fields that were changed. */
            fields: string[];
        } | {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description Who: a key's id, `ADMIN_KEY`, `API_KEY` or `dispatcher`. */
            by: string;
            /**
             * @description What was changed.
             * @enum {string}
             */
            action: "delivery.resent" | "delivery.skipped";
            /** @description A webhook's id. */
            webhook: string;
            /** @description An event's id. */
            event: string;
        } | {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description Who: a key's id, `ADMIN_KEY`, `API_KEY` or `dispatcher`. */
            by: string;
            /**
             * @description What was changed.
             * @enum {string}
             */
            action: "key.minted";
            /** @description A key's id. */
            key: string;
            /** @description Whether it is that of a portal link. */
            portal?: boolean;
        } | {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description Who: a key's id, `ADMIN_KEY`, `API_KEY` or `dispatcher`. */
            by: string;
            /**
             * @description What was changed.
             * @enum {string}
             */
            action: "key.revoked";
            /** @description A key's id. */
            key: string;
        } | {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description Who: a key's id, `ADMIN_KEY`, `API_KEY` or `dispatcher`. */
            by: string;
            /**
             * @description What was changed.
             * @enum {string}
             */
            action: "account.disabled" | "account.enabled" | "account.deleted";
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
            scopes: ("webhooks:read" | "webhooks:write" | "events:write")[];
            /**
             * Format: date-time
             * @description From when on it opens nothing.
             */
            expires_at?: string | null;
        };
        MintedKey: {
            /** @description Its id, which is no secret. */
            id: string;
            /** @description The account's name. */
            account: string;
            /** @description What its owner calls it. */
            name: string;
            /** @description What it may do. */
            scopes: ("webhooks:read" | "webhooks:write" | "events:write")[];
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
            scopes: ("webhooks:read" | "webhooks:write" | "events:write")[];
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
            scopes?: ("webhooks:read" | "webhooks:write" | "events:write")[];
            /**
             * @description How long it opens.
             * @default 3600
             */
            expires_in_seconds?: number;
        };
        PortalLink: {
            /** @description The id of its key, which is no secret. */
            id: string;
            /**
             * Format: uri
             * @description The link, shown this once.
             */
            url: string;
            /**
             * Format: date-time
             * @description From when on it opens nothing.
             */
            expires_at: string;
            /** @description What it may do. */
            scopes: ("webhooks:read" | "webhooks:write" | "events:write")[];
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
        AccountStanding: {
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
            deletion: null | {
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
        };
        Detail: {
            /** @description What is wrong, in one sentence. */
            detail: string;
        };
        /** @description Sentences on fields; all bad fields at once. `non_field_errors`: the whole body. */
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
            filter?: string[];
            event?: string[];
            signing_secret?: string[];
            signature?: string[];
            grace_seconds?: string[];
            account?: string[];
            name?: string[];
            scopes?: string[];
            expires_at?: string[];
            expires_in_seconds?: string[];
            status?: string[];
            since?: string[];
            after?: string[];
            before?: string[];
            cursor?: string[];
            non_field_errors?: string[];
        };
        /** @description A sentence, or sentences on fields. */
        Problem: components["schemas"]["Detail"] | components["schemas"]["FieldErrors"];
        Unstored: {
            /** @description What completes it. */
            detail: string;
            /** @description The event's id, if some webhooks may have stored it: the idempotency key that completes it if it came with none. */
            id?: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Webhook = components['schemas']['Webhook'];
export type CreatedWebhook = components['schemas']['CreatedWebhook'];
export type WebhookCreate = components['schemas']['WebhookCreate'];
export type WebhookCreateForm = components['schemas']['WebhookCreateForm'];
export type WebhookUpdate = components['schemas']['WebhookUpdate'];
export type WebhookUpdateForm = components['schemas']['WebhookUpdateForm'];
export type AlertPut = components['schemas']['AlertPut'];
export type AlertPutForm = components['schemas']['AlertPutForm'];
export type Signing = components['schemas']['Signing'];
export type Rotation = components['schemas']['Rotation'];
export type PingResult = components['schemas']['PingResult'];
export type WebhookList = components['schemas']['WebhookList'];
export type Delivery = components['schemas']['Delivery'];
export type DeliveryWithTries = components['schemas']['DeliveryWithTries'];
export type SentRequest = components['schemas']['SentRequest'];
export type Try = components['schemas']['Try'];
export type DeliveryList = components['schemas']['DeliveryList'];
export type Stats = components['schemas']['Stats'];
export type Recovery = components['schemas']['Recovery'];
export type RecoverRequest = components['schemas']['RecoverRequest'];
export type EventPlaces = components['schemas']['EventPlaces'];
export type EventTypeName = components['schemas']['EventTypeName'];
export type Event = components['schemas']['Event'];
export type Published = components['schemas']['Published'];
export type Refused = components['schemas']['Refused'];
export type BatchItem = components['schemas']['BatchItem'];
export type FilterTest = components['schemas']['FilterTest'];
export type FilterVerdict = components['schemas']['FilterVerdict'];
export type EventTypeList = components['schemas']['EventTypeList'];
export type SampleList = components['schemas']['SampleList'];
export type OperationalEvent = components['schemas']['OperationalEvent'];
export type ImportItem = components['schemas']['ImportItem'];
export type Health = components['schemas']['Health'];
export type AuditEntry = components['schemas']['AuditEntry'];
export type AuditList = components['schemas']['AuditList'];
export type KeyRequest = components['schemas']['KeyRequest'];
export type MintedKey = components['schemas']['MintedKey'];
export type Key = components['schemas']['Key'];
export type PortalRequest = components['schemas']['PortalRequest'];
export type PortalLink = components['schemas']['PortalLink'];
export type KeyList = components['schemas']['KeyList'];
export type AccountStanding = components['schemas']['AccountStanding'];
export type AccountDetail = components['schemas']['AccountDetail'];
export type Detail = components['schemas']['Detail'];
export type FieldErrors = components['schemas']['FieldErrors'];
export type Problem = components['schemas']['Problem'];
export type Unstored = components['schemas']['Unstored'];
