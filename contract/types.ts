// The schemas of the contract as TypeScript types. Generated from contract/openapi.json by
// `npm run contract`; do not edit it by hand.

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
        WebhookCreateForm: {
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
            /** @description Whether a 4xx switches the webhook off. If not, only 410 does, and any other is retried. */
            deactivate_on_4xx?: boolean;
            /** @description Whether events are held while the owner has switched the webhook off (`active: false`), to be recovered later, as they are when the dispatcher did. */
            hold_while_paused?: boolean;
            /** @description What its owner calls it. It is shown and searched, never sent. */
            name?: string | null;
            /** @description JSON text: an object of keys to texts. Blank: the default. */
            metadata?: string;
            /** @description JSON text: a list of types. Blank: the default. */
            event_types?: string;
            /** @description JSON text. Which events are sent, by their content, in the language of Outpost, Hookdeck and Convoy (CONCEPTS, Filters): `{"user": {"plan": {"$in": ["pro", "team"]}}, "score": {"$gte": 80}}`. At most 4096 bytes without spaces, 8 levels and 64 values. `null` or `{}`: all. Blank: all. */
            filter?: string;
            /** @description The longest time for one try. `null`: `DELIVERY_TIMEOUT_MS` (10,000). */
            timeout_ms?: number | null;
            /** @description JSON text: an object with `limit`, `base_ms`, `max_ms`. Blank: the default. */
            retry?: string;
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
        /** @description What is left out is kept. */
        WebhookUpdateForm: {
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
            /** @description Whether a 4xx switches the webhook off. If not, only 410 does, and any other is retried. */
            deactivate_on_4xx?: boolean;
            /** @description Whether events are held while the owner has switched the webhook off (`active: false`), to be recovered later, as they are when the dispatcher did. */
            hold_while_paused?: boolean;
            /** @description What its owner calls it. It is shown and searched, never sent. */
            name?: string | null;
            /** @description JSON text: an object of keys to texts. Blank: the default. */
            metadata?: string;
            /** @description JSON text: a list of types. Blank: the default. */
            event_types?: string;
            /** @description JSON text. Which events are sent, by their content, in the language of Outpost, Hookdeck and Convoy (CONCEPTS, Filters): `{"user": {"plan": {"$in": ["pro", "team"]}}, "score": {"$gte": 80}}`. At most 4096 bytes without spaces, 8 levels and 64 values. `null` or `{}`: all. Blank: all. */
            filter?: string;
            /** @description The longest time for one try. `null`: `DELIVERY_TIMEOUT_MS` (10,000). */
            timeout_ms?: number | null;
            /** @description JSON text: an object with `limit`, `base_ms`, `max_ms`. Blank: the default. */
            retry?: string;
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
            /** @description Whether a 4xx switches the webhook off. If not, only 410 does, and any other is retried. */
            deactivate_on_4xx?: boolean;
            /** @description Whether events are held while the owner has switched the webhook off (`active: false`), to be recovered later, as they are when the dispatcher did. */
            hold_while_paused?: boolean;
            /** @description What its owner calls it. It is shown and searched, never sent. */
            name?: string | null;
            /** @description JSON text: an object of keys to texts. Blank: the default. */
            metadata?: string;
            /** @description JSON text. Which events are sent, by their content, in the language of Outpost, Hookdeck and Convoy (CONCEPTS, Filters): `{"user": {"plan": {"$in": ["pro", "team"]}}, "score": {"$gte": 80}}`. At most 4096 bytes without spaces, 8 levels and 64 values. `null` or `{}`: all. Blank: all. */
            filter?: string;
            /** @description The longest time for one try. `null`: `DELIVERY_TIMEOUT_MS` (10,000). */
            timeout_ms?: number | null;
            /** @description JSON text: an object with `limit`, `base_ms`, `max_ms`. Blank: the default. */
            retry?: string;
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
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
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
export type WebhookCreateForm = components['schemas']['WebhookCreateForm'];
export type WebhookUpdate = components['schemas']['WebhookUpdate'];
export type WebhookUpdateForm = components['schemas']['WebhookUpdateForm'];
export type AlertPut = components['schemas']['AlertPut'];
export type AlertPutForm = components['schemas']['AlertPutForm'];
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
