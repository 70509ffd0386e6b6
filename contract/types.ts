// The schemas of the contract as TypeScript types. Generated from contract/openapi.json by
// `npm run contract`; do not edit it by hand.

export interface components {
    schemas: {
        /**
         * @description `untried`: active, and no attempt was made since it was created or activated. `healthy`: nearly all attempts succeed. `degraded`: the latest succeeded, but fewer than 95 % of those of the latest 1,000 events since it was activated. `failing`: the latest attempt failed. `paused`: its owner switched it off. `off`: the dispatcher did, which includes a disabled account.
         * @enum {string}
         */
        WebhookState: "untried" | "healthy" | "degraded" | "failing" | "paused" | "off";
        Webhook: {
            /** @description Its id; later webhooks have later ids. */
            id: string;
            /** @description Where events are POSTed, as its owner wrote it. */
            target_url: string;
            /** @description Whether events are sent. */
            active: boolean;
            /**
             * @description Why the dispatcher switched it off: the receiver answered 4xx, or asked for it; every retry failed; so it did, the last with a redirect; the account is disabled.
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
            retry: {
                /** @description Retries after the first try; at most 100, or `RETRY_LIMIT` if that is more. */
                limit?: number;
                /** @description The delay before the first retry; it doubles with each one. */
                base_ms?: number;
                /** @description The longest delay. */
                max_ms?: number;
            } | null;
            /** @description Whether a 4xx switches the webhook off. If not, only 410 does, and any other is retried. */
            deactivate_on_4xx: boolean;
            /** @description Whether events are held while the owner has switched the webhook off (`active: false`), to be recovered later, as they are when the dispatcher did. */
            hold_while_paused: boolean;
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
            /**
             * @description Why the dispatcher switched it off: the receiver answered 4xx, or asked for it; every retry failed; so it did, the last with a redirect; the account is disabled.
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
            retry: {
                /** @description Retries after the first try; at most 100, or `RETRY_LIMIT` if that is more. */
                limit?: number;
                /** @description The delay before the first retry; it doubles with each one. */
                base_ms?: number;
                /** @description The longest delay. */
                max_ms?: number;
            } | null;
            /** @description Whether a 4xx switches the webhook off. If not, only 410 does, and any other is retried. */
            deactivate_on_4xx: boolean;
            /** @description Whether events are held while the owner has switched the webhook off (`active: false`), to be recovered later, as they are when the dispatcher did. */
            hold_while_paused: boolean;
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
            retry?: {
                /** @description Retries after the first try; at most 100, or `RETRY_LIMIT` if that is more. */
                limit?: number | null;
                /** @description The delay before the first retry; it doubles with each one. */
                base_ms?: number | null;
                /** @description The longest delay. */
                max_ms?: number | null;
            } | null;
            /** @description `whsec_` and the base64 of 24 to 64 bytes, padded or not. Made by the dispatcher if left out. */
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
            retry?: {
                /** @description Retries after the first try; at most 100, or `RETRY_LIMIT` if that is more. */
                limit?: number | null;
                /** @description The delay before the first retry; it doubles with each one. */
                base_ms?: number | null;
                /** @description The longest delay. */
                max_ms?: number | null;
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
            retry?: {
                /** @description Retries after the first try; at most 100, or `RETRY_LIMIT` if that is more. */
                limit?: number | null;
                /** @description The delay before the first retry; it doubles with each one. */
                base_ms?: number | null;
                /** @description The longest delay. */
                max_ms?: number | null;
            } | null;
            /** @description `whsec_` and the base64 of 24 to 64 bytes, padded or not. Made by the dispatcher if left out. */
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
            fault: null | components["schemas"]["Fault"];
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
        Fault: "dns" | "refused" | "reset" | "tls" | "certificate" | "timeout_connect" | "timeout_answer" | "not_http" | "blocked_target" | "http_status" | "redirect" | "bot_challenge" | "lost";
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
             * @description When its next try will be made, if that is known: never in the past.
             */
            next_try_at: string | null;
            /**
             * @description What it waits for, where the time is not known. `courier`: it is being started; `window`: another try has to end first; `rate`: `max_per_second` is reached; `order`: the delivery before it; `probe`: the receiver fails, and one delivery at a time is tried; `account`: it is disabled; `master_key`: the webhook's secrets cannot be opened.
             * @enum {string|null}
             */
            waits_for: "courier" | "window" | "rate" | "order" | "probe" | "account" | "master_key" | null;
            /** @description How many tries of its schedule were made. */
            try_count: number;
            /** @description What the receiver answered to its latest try. */
            http_status_code: number | null;
            /** @description Why it failed; `null` if it succeeded. */
            fault: null | components["schemas"]["Fault"];
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
             * @description When its next try will be made, if that is known: never in the past.
             */
            next_try_at: string | null;
            /**
             * @description What it waits for, where the time is not known. `courier`: it is being started; `window`: another try has to end first; `rate`: `max_per_second` is reached; `order`: the delivery before it; `probe`: the receiver fails, and one delivery at a time is tried; `account`: it is disabled; `master_key`: the webhook's secrets cannot be opened.
             * @enum {string|null}
             */
            waits_for: "courier" | "window" | "rate" | "order" | "probe" | "account" | "master_key" | null;
            /** @description How many tries of its schedule were made. */
            try_count: number;
            /** @description What the receiver answered to its latest try. */
            http_status_code: number | null;
            /** @description Why it failed; `null` if it succeeded. */
            fault: null | components["schemas"]["Fault"];
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
            /** @description Why it failed; `null` if it succeeded. */
            fault: null | components["schemas"]["Fault"];
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
            /** @description How many tries failed and counted against the webhook, by their `Fault`. */
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
            /**
             * @description What the next try waits for, where the time is not known. `courier`: it is being started; `window`: another try has to end first; `rate`: `max_per_second` is reached; `order`: the delivery before it; `probe`: the receiver fails, and one delivery at a time is tried; `account`: it is disabled; `master_key`: the webhook's secrets cannot be opened.
             * @enum {string|null}
             */
            waits_for: "courier" | "window" | "rate" | "order" | "probe" | "account" | "master_key" | null;
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
        Series: {
            /** @description The length of a step, in seconds. */
            step: number;
            /** @description Whether every delivery of the range is counted. A series counts some millions, the newest first; then the oldest steps lack some. */
            complete: boolean;
            /** @description The steps, the oldest first. */
            series: {
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
            }[];
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
            /** @description Only those whose latest try was answered so. A status code, as `503`, or a class of them, as `5xx`. */
            http_status_code?: string | number | null;
            /** @description Why it failed; `null` if it succeeded. */
            fault?: null | components["schemas"]["Fault"];
        };
        ResentDeliveries: {
            /** @description How many are sent again. */
            resent: number;
            /** @description The URL of the call that goes on, if there may be more. */
            next: string | null;
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
                 * @description When its next try will be made, if that is known: never in the past.
                 */
                next_try_at: string | null;
                /**
                 * @description What it waits for, where the time is not known. `courier`: it is being started; `window`: another try has to end first; `rate`: `max_per_second` is reached; `order`: the delivery before it; `probe`: the receiver fails, and one delivery at a time is tried; `account`: it is disabled; `master_key`: the webhook's secrets cannot be opened.
                 * @enum {string|null}
                 */
                waits_for: "courier" | "window" | "rate" | "order" | "probe" | "account" | "master_key" | null;
                /** @description How many tries of its schedule were made. */
                try_count: number;
                /** @description What the receiver answered to its latest try. */
                http_status_code: number | null;
                /** @description Why it failed; `null` if it succeeded. */
                fault: null | components["schemas"]["Fault"];
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
        Published: {
            /** @description The event's id: the `webhook-id` of each of its POSTs. */
            id: string;
            /** @description The event's type. */
            event_type: string;
            /** @description How many webhooks have stored it. */
            webhooks: number;
            /** @description How many are switched off and hold it; absent if none. */
            held?: number;
            /** @description The webhooks that match it and refused it; absent if none. */
            refused?: components["schemas"]["Refused"][];
        };
        Refused: {
            /** @description The webhook's id. */
            webhook: string;
            /**
             * @description As much waits for it as may (`MAX_BACKLOG`, `MAX_BACKLOG_BYTES`); what it has not delivered yet fills its storage.
             * @enum {string}
             */
            reason: "backlog" | "storage";
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
            /** @description How many are switched off and hold it; absent if none. */
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
            reason: {
                /** @description The first rule that does not hold: a JSON pointer into the filter. */
                pointer: string;
                /** @description What the event has there. */
                detail: string;
            } | null;
        };
        SampleList: {
            results: ({
                /** @description The event's type. */
                event_type: string;
            } & {
                [key: string]: unknown;
            })[];
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
            /**
             * Format: date-time
             * @description When it will be switched off if its receiver goes on failing. Only in `WEBHOOK_FAILING`.
             */
            off_at?: string;
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
            problem: components["schemas"]["ItemProblem"];
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
            action: "deliveries.resent";
            /** @description A webhook's id. */
            webhook: string;
            /** @description How many. */
            count: number;
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
        KeyStanding: {
            /** @description The account's name; `null` for `ADMIN_KEY`, which belongs to none. */
            account: string | null;
            /** @description The name of the key in the audit log: its id, `API_KEY` or `ADMIN_KEY`. */
            key_id: string;
            /** @description What it may do. `admin`: it is `ADMIN_KEY`. */
            scopes: ("webhooks:read" | "webhooks:write" | "events:write" | "admin")[];
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
        AccountList: {
            /**
             * Format: uri
             * @description The URL of the next page.
             */
            next: string | null;
            results: {
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
            }[];
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
        /** @description Which error it is, for programs; the texts may change. 400 `bad_request`, `invalid_json`, `invalid_fields`; 401 `missing_key`, `malformed_authorization`, `invalid_key`, `expired_key`; 403 `missing_scope`, `limit_reached`, `account_disabled`; 404 `not_found`, `invalid_page`; 405 `method_not_allowed`; 406 `not_acceptable`; 409 `conflict`, `account_disabled`, `account_being_deleted`, `event_type_in_use`; 412 `precondition_failed`; 413 `too_large`; 415 `unsupported_media_type`; 422 `unprocessable`, `idempotency_key_reused`; 429 `throttled`; 503 `unavailable`, `incomplete_publish`, `no_master_key`, `secrets_locked`. */
        ErrorCode: string;
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
        ItemProblem: {
            /** @description What is wrong, in one sentence. */
            detail: string;
        } | ({
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
        });
        Unstored: {
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
export type Fault = components['schemas']['Fault'];
export type Delivery = components['schemas']['Delivery'];
export type DeliveryWithTries = components['schemas']['DeliveryWithTries'];
export type SentRequest = components['schemas']['SentRequest'];
export type Try = components['schemas']['Try'];
export type DeliveryList = components['schemas']['DeliveryList'];
export type Stats = components['schemas']['Stats'];
export type Series = components['schemas']['Series'];
export type Recovery = components['schemas']['Recovery'];
export type RecoverRequest = components['schemas']['RecoverRequest'];
export type ResentDeliveries = components['schemas']['ResentDeliveries'];
export type EventPlaces = components['schemas']['EventPlaces'];
export type EventTypeName = components['schemas']['EventTypeName'];
export type Event = components['schemas']['Event'];
export type Published = components['schemas']['Published'];
export type Refused = components['schemas']['Refused'];
export type BatchItem = components['schemas']['BatchItem'];
export type EventType = components['schemas']['EventType'];
export type EventTypeList = components['schemas']['EventTypeList'];
export type TypeDefinition = components['schemas']['TypeDefinition'];
export type FilterTest = components['schemas']['FilterTest'];
export type FilterVerdict = components['schemas']['FilterVerdict'];
export type SampleList = components['schemas']['SampleList'];
export type OperationalEvent = components['schemas']['OperationalEvent'];
export type ImportItem = components['schemas']['ImportItem'];
export type Health = components['schemas']['Health'];
export type AuditEntry = components['schemas']['AuditEntry'];
export type AuditList = components['schemas']['AuditList'];
export type KeyRequest = components['schemas']['KeyRequest'];
export type KeyStanding = components['schemas']['KeyStanding'];
export type MintedKey = components['schemas']['MintedKey'];
export type Key = components['schemas']['Key'];
export type PortalRequest = components['schemas']['PortalRequest'];
export type PortalLink = components['schemas']['PortalLink'];
export type KeyList = components['schemas']['KeyList'];
export type AccountList = components['schemas']['AccountList'];
export type AccountStanding = components['schemas']['AccountStanding'];
export type AccountDetail = components['schemas']['AccountDetail'];
export type ErrorCode = components['schemas']['ErrorCode'];
export type Detail = components['schemas']['Detail'];
export type FieldErrors = components['schemas']['FieldErrors'];
export type Problem = components['schemas']['Problem'];
export type ItemProblem = components['schemas']['ItemProblem'];
export type Unstored = components['schemas']['Unstored'];
