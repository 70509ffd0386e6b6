// What the tools of `webhooks mcp` take. Generated from the contract by `npm run contract`
// (contract/tool_inputs.mjs); do not edit it by hand.

import type { Input } from "./tool.ts";

type Call =
  | "listWebhooks"
  | "getWebhook"
  | "readStats"
  | "listDeliveries"
  | "readDelivery"
  | "readSentRequest"
  | "readEvent"
  | "readRecovery"
  | "pingWebhook"
  | "createWebhook"
  | "patchWebhook"
  | "resendDelivery"
  | "resendDeliveries"
  | "recover";

export const INPUTS: Record<Call, Input> = {
  "listWebhooks": {
    "type": "object",
    "properties": {
      "active": {
        "type": "boolean",
        "description": "Only those that are switched on, or off."
      },
      "q": {
        "type": "string",
        "description": "Only those whose name or URL contains this text, in any case."
      },
      "name": {
        "type": "string",
        "description": "Only those of exactly this name; blank: those without a name."
      },
      "event_type": {
        "type": "string",
        "description": "Only those that ask for this type, by its name or in a list; blank: those that take all."
      },
      "state": {
        "type": "string",
        "enum": [
          "untried",
          "healthy",
          "degraded",
          "failing",
          "paused",
          "off"
        ],
        "description": "Only those in this state."
      }
    },
    "required": [],
    "additionalProperties": false
  },
  "getWebhook": {
    "type": "object",
    "properties": {
      "id": {
        "type": "string",
        "pattern": "^[0-9a-z]+$",
        "maxLength": 64,
        "description": "The webhook's id."
      }
    },
    "required": [
      "id"
    ],
    "additionalProperties": false
  },
  "readStats": {
    "type": "object",
    "properties": {
      "id": {
        "type": "string",
        "pattern": "^[0-9a-z]+$",
        "maxLength": 64,
        "description": "The webhook's id."
      }
    },
    "required": [
      "id"
    ],
    "additionalProperties": false
  },
  "listDeliveries": {
    "type": "object",
    "properties": {
      "id": {
        "type": "string",
        "pattern": "^[0-9a-z]+$",
        "maxLength": 64,
        "description": "The webhook's id."
      },
      "status": {
        "type": "string",
        "enum": [
          "waiting",
          "in_flight",
          "delivered",
          "undelivered",
          "held"
        ],
        "description": "Only those that stand there."
      },
      "event_type": {
        "type": "string",
        "description": "Only those of this type."
      },
      "after": {
        "type": "string",
        "format": "date-time",
        "description": "Only those accepted at this time or later."
      },
      "before": {
        "type": "string",
        "format": "date-time",
        "description": "Only those accepted before this time."
      },
      "http_status_code": {
        "type": "string",
        "pattern": "^[1-9]([0-9]{2}|[xX]{2})$",
        "description": "Only those whose latest try was answered so. A status code, as `503`, or a class of them, as `5xx`."
      },
      "fault": {
        "type": "string",
        "enum": [
          "dns",
          "refused",
          "reset",
          "tls",
          "certificate",
          "timeout_connect",
          "timeout_answer",
          "not_http",
          "blocked_target",
          "http_status",
          "redirect",
          "bot_challenge",
          "lost"
        ],
        "description": "Only those whose latest try failed so."
      }
    },
    "required": [
      "id"
    ],
    "additionalProperties": false
  },
  "readDelivery": {
    "type": "object",
    "properties": {
      "id": {
        "type": "string",
        "pattern": "^[0-9a-z]+$",
        "maxLength": 64,
        "description": "The webhook's id."
      },
      "event_id": {
        "type": "string",
        "pattern": "^[0-9a-z]+$",
        "maxLength": 64,
        "description": "The event's id."
      }
    },
    "required": [
      "id",
      "event_id"
    ],
    "additionalProperties": false
  },
  "readSentRequest": {
    "type": "object",
    "properties": {
      "id": {
        "type": "string",
        "pattern": "^[0-9a-z]+$",
        "maxLength": 64,
        "description": "The webhook's id."
      },
      "event_id": {
        "type": "string",
        "pattern": "^[0-9a-z]+$",
        "maxLength": 64,
        "description": "The event's id."
      }
    },
    "required": [
      "id",
      "event_id"
    ],
    "additionalProperties": false
  },
  "readEvent": {
    "type": "object",
    "properties": {
      "event_id": {
        "type": "string",
        "pattern": "^[0-9a-z]+$",
        "maxLength": 64,
        "description": "The event's id."
      }
    },
    "required": [
      "event_id"
    ],
    "additionalProperties": false
  },
  "readRecovery": {
    "type": "object",
    "properties": {
      "id": {
        "type": "string",
        "pattern": "^[0-9a-z]+$",
        "maxLength": 64,
        "description": "The webhook's id."
      }
    },
    "required": [
      "id"
    ],
    "additionalProperties": false
  },
  "pingWebhook": {
    "type": "object",
    "properties": {
      "id": {
        "type": "string",
        "pattern": "^[0-9a-z]+$",
        "maxLength": 64,
        "description": "The webhook's id."
      },
      "event_type": {
        "type": "string",
        "enum": [
          "COURSE_ENROLLMENT",
          "DOMAIN_ENROLLMENT",
          "COURSE_COMPLETION",
          "LESSON_COMPLETION",
          "PATH_COMPLETION",
          "PATH_ENROLLMENT",
          "QUIZ_COMPLETION",
          "PURCHASE_FULFILLMENT",
          "DASHBOARD_TASK_CREATED",
          "VILT_EVENT_REGISTRATION"
        ],
        "description": "Whose sample to send; any type that is in force. Left out: a `PING`."
      }
    },
    "required": [
      "id"
    ],
    "additionalProperties": false
  },
  "createWebhook": {
    "type": "object",
    "properties": {
      "target_url": {
        "type": "string",
        "description": "Where events are POSTed: absolute, http or https, without credentials, and a host on the public internet.",
        "minLength": 1,
        "maxLength": 1024,
        "format": "uri"
      },
      "active": {
        "type": "boolean",
        "description": "Whether events are sent. `true` re-activates a webhook that was switched off. In a form, `true`, `yes`, `on` or `1`, and their opposites, are taken too."
      },
      "event_type": {
        "type": [
          "string",
          "null"
        ],
        "description": "The one type that is sent: one that is in force (`GET /v1/event-types`), or an operational one (`WEBHOOK_DEACTIVATED`, `WEBHOOK_FAILING`, `WEBHOOK_RECOVERED`). Left out, `null` or blank: all but the operational.",
        "pattern": "^([A-Z][A-Z0-9_]{0,63})?$"
      },
      "max_per_second": {
        "type": [
          "integer",
          "null"
        ],
        "minimum": 1,
        "maximum": 1000,
        "description": "At most so many sends begin within any second. `null`: no limit."
      },
      "max_in_flight": {
        "type": [
          "integer",
          "null"
        ],
        "minimum": 1,
        "maximum": 256,
        "description": "At most so many sends are in flight at a time. `null`: 64.",
        "default": 64
      },
      "ordered": {
        "type": "boolean",
        "description": "Strict order of publication, one at a time; a failing event holds back the later ones."
      },
      "retry_4xx": {
        "type": "boolean",
        "description": "408, 425 and 429 are retried. All other 4xx still switch the webhook off."
      },
      "deactivate_on_4xx": {
        "type": "boolean",
        "description": "Whether a 4xx switches the webhook off. If not, only 410 does, and any other is retried."
      },
      "hold_while_paused": {
        "type": "boolean",
        "description": "Whether events are held while the owner has switched the webhook off (`active: false`), to be recovered later, as they are when the dispatcher did."
      },
      "name": {
        "type": [
          "string",
          "null"
        ],
        "description": "What its owner calls it. It is shown and searched, never sent.",
        "maxLength": 200
      },
      "metadata": {
        "type": [
          "object",
          "null"
        ],
        "description": "Texts of its owner's own, by key: at most 16; keys up to 40 characters, values up to 500. They are shown, never sent, and no place for secrets.",
        "maxProperties": 16,
        "propertyNames": {
          "minLength": 1,
          "maxLength": 40
        },
        "additionalProperties": {
          "type": "string",
          "maxLength": 500
        }
      },
      "event_types": {
        "type": [
          "array",
          "null"
        ],
        "items": {
          "type": "string",
          "pattern": "^([A-Z][A-Z0-9_]{0,63}\\*?|\\*)$"
        },
        "description": "The types that are sent, when there are several. An entry that ends in `*` stands for every type that begins with the rest of it, also for later ones: `COURSE_*`. The operational types are among these only where it begins with `WEBHOOK_`. Beside a list `event_type` is `null`; a list of one type without `*` is the same as `event_type`.",
        "maxItems": 100
      },
      "filter": {
        "type": [
          "object",
          "null"
        ],
        "description": "Which events are sent, by their content, in the language of Outpost, Hookdeck and Convoy (CONCEPTS, Filters): `{\"user\": {\"plan\": {\"$in\": [\"pro\", \"team\"]}}, \"score\": {\"$gte\": 80}}`. At most 4096 bytes without spaces, 8 levels and 64 values. `null` or `{}`: all.",
        "additionalProperties": true
      },
      "timeout_ms": {
        "type": [
          "integer",
          "null"
        ],
        "minimum": 1000,
        "maximum": 28000,
        "description": "The longest time for one try. `null`: `DELIVERY_TIMEOUT_MS` (10,000)."
      },
      "retry": {
        "description": "The retries of this webhook; a part that is left out is that of the deployment (`RETRY_LIMIT`, `RETRY_BASE_MS`, `RETRY_MAX_MS`). All delays together take at most as long as those of the deployment. `null`: all parts are the deployment's.",
        "oneOf": [
          {
            "type": "object",
            "description": "A retry schedule; a part that is left out or `null` is that of the deployment.",
            "properties": {
              "limit": {
                "type": [
                  "integer",
                  "null"
                ],
                "minimum": 0,
                "description": "Retries after the first try; at most 100, or `RETRY_LIMIT` if that is more."
              },
              "base_ms": {
                "type": [
                  "integer",
                  "null"
                ],
                "minimum": 1,
                "maximum": 604800000,
                "description": "The delay before the first retry; it doubles with each one."
              },
              "max_ms": {
                "type": [
                  "integer",
                  "null"
                ],
                "minimum": 1,
                "maximum": 604800000,
                "description": "The longest delay."
              }
            },
            "additionalProperties": false
          },
          {
            "type": "null"
          }
        ]
      },
      "signature": {
        "description": "How deliveries are signed; `hmac` if left out. An Ed25519 pair is made here.",
        "oneOf": [
          {
            "type": "string",
            "enum": [
              "hmac",
              "ed25519"
            ],
            "description": "How deliveries are signed."
          },
          {
            "type": "null"
          }
        ]
      }
    },
    "required": [
      "target_url"
    ],
    "additionalProperties": false
  },
  "patchWebhook": {
    "type": "object",
    "properties": {
      "id": {
        "type": "string",
        "pattern": "^[0-9a-z]+$",
        "maxLength": 64,
        "description": "The webhook's id."
      },
      "target_url": {
        "type": "string",
        "description": "Where events are POSTed: absolute, http or https, without credentials, and a host on the public internet.",
        "minLength": 1,
        "maxLength": 1024,
        "format": "uri"
      },
      "active": {
        "type": "boolean",
        "description": "Whether events are sent. `true` re-activates a webhook that was switched off. In a form, `true`, `yes`, `on` or `1`, and their opposites, are taken too."
      },
      "event_type": {
        "type": [
          "string",
          "null"
        ],
        "description": "The one type that is sent: one that is in force (`GET /v1/event-types`), or an operational one (`WEBHOOK_DEACTIVATED`, `WEBHOOK_FAILING`, `WEBHOOK_RECOVERED`). Left out, `null` or blank: all but the operational.",
        "pattern": "^([A-Z][A-Z0-9_]{0,63})?$"
      },
      "max_per_second": {
        "type": [
          "integer",
          "null"
        ],
        "minimum": 1,
        "maximum": 1000,
        "description": "At most so many sends begin within any second. `null`: no limit."
      },
      "max_in_flight": {
        "type": [
          "integer",
          "null"
        ],
        "minimum": 1,
        "maximum": 256,
        "description": "At most so many sends are in flight at a time. `null`: 64."
      },
      "ordered": {
        "type": "boolean",
        "description": "Strict order of publication, one at a time; a failing event holds back the later ones."
      },
      "retry_4xx": {
        "type": "boolean",
        "description": "408, 425 and 429 are retried. All other 4xx still switch the webhook off."
      },
      "deactivate_on_4xx": {
        "type": "boolean",
        "description": "Whether a 4xx switches the webhook off. If not, only 410 does, and any other is retried."
      },
      "hold_while_paused": {
        "type": "boolean",
        "description": "Whether events are held while the owner has switched the webhook off (`active: false`), to be recovered later, as they are when the dispatcher did."
      },
      "name": {
        "type": [
          "string",
          "null"
        ],
        "description": "What its owner calls it. It is shown and searched, never sent.",
        "maxLength": 200
      },
      "metadata": {
        "type": [
          "object",
          "null"
        ],
        "description": "Texts of its owner's own, by key: at most 16; keys up to 40 characters, values up to 500. They are shown, never sent, and no place for secrets.",
        "maxProperties": 16,
        "propertyNames": {
          "minLength": 1,
          "maxLength": 40
        },
        "additionalProperties": {
          "type": "string",
          "maxLength": 500
        }
      },
      "event_types": {
        "type": [
          "array",
          "null"
        ],
        "items": {
          "type": "string",
          "pattern": "^([A-Z][A-Z0-9_]{0,63}\\*?|\\*)$"
        },
        "description": "The types that are sent, when there are several. An entry that ends in `*` stands for every type that begins with the rest of it, also for later ones: `COURSE_*`. The operational types are among these only where it begins with `WEBHOOK_`. Beside a list `event_type` is `null`; a list of one type without `*` is the same as `event_type`.",
        "maxItems": 100
      },
      "filter": {
        "type": [
          "object",
          "null"
        ],
        "description": "Which events are sent, by their content, in the language of Outpost, Hookdeck and Convoy (CONCEPTS, Filters): `{\"user\": {\"plan\": {\"$in\": [\"pro\", \"team\"]}}, \"score\": {\"$gte\": 80}}`. At most 4096 bytes without spaces, 8 levels and 64 values. `null` or `{}`: all.",
        "additionalProperties": true
      },
      "timeout_ms": {
        "type": [
          "integer",
          "null"
        ],
        "minimum": 1000,
        "maximum": 28000,
        "description": "The longest time for one try. `null`: `DELIVERY_TIMEOUT_MS` (10,000)."
      },
      "retry": {
        "description": "The retries of this webhook; a part that is left out is that of the deployment (`RETRY_LIMIT`, `RETRY_BASE_MS`, `RETRY_MAX_MS`). All delays together take at most as long as those of the deployment. `null`: all parts are the deployment's.",
        "oneOf": [
          {
            "type": "object",
            "description": "A retry schedule; a part that is left out or `null` is that of the deployment.",
            "properties": {
              "limit": {
                "type": [
                  "integer",
                  "null"
                ],
                "minimum": 0,
                "description": "Retries after the first try; at most 100, or `RETRY_LIMIT` if that is more."
              },
              "base_ms": {
                "type": [
                  "integer",
                  "null"
                ],
                "minimum": 1,
                "maximum": 604800000,
                "description": "The delay before the first retry; it doubles with each one."
              },
              "max_ms": {
                "type": [
                  "integer",
                  "null"
                ],
                "minimum": 1,
                "maximum": 604800000,
                "description": "The longest delay."
              }
            },
            "additionalProperties": false
          },
          {
            "type": "null"
          }
        ]
      }
    },
    "required": [
      "id"
    ],
    "additionalProperties": false
  },
  "resendDelivery": {
    "type": "object",
    "properties": {
      "id": {
        "type": "string",
        "pattern": "^[0-9a-z]+$",
        "maxLength": 64,
        "description": "The webhook's id."
      },
      "event_id": {
        "type": "string",
        "pattern": "^[0-9a-z]+$",
        "maxLength": 64,
        "description": "The event's id."
      }
    },
    "required": [
      "id",
      "event_id"
    ],
    "additionalProperties": false
  },
  "resendDeliveries": {
    "type": "object",
    "properties": {
      "id": {
        "type": "string",
        "pattern": "^[0-9a-z]+$",
        "maxLength": 64,
        "description": "The webhook's id."
      },
      "status": {
        "type": "string",
        "enum": [
          "waiting",
          "in_flight",
          "delivered",
          "undelivered",
          "held"
        ],
        "description": "Only those that stand there."
      },
      "event_type": {
        "type": "string",
        "description": "Only those of this type."
      },
      "after": {
        "type": "string",
        "format": "date-time",
        "description": "Only those accepted at this time or later."
      },
      "before": {
        "type": "string",
        "format": "date-time",
        "description": "Only those accepted before this time."
      },
      "http_status_code": {
        "type": "string",
        "pattern": "^[1-9]([0-9]{2}|[xX]{2})$",
        "description": "Only those whose latest try was answered so. A status code, as `503`, or a class of them, as `5xx`."
      },
      "fault": {
        "type": "string",
        "enum": [
          "dns",
          "refused",
          "reset",
          "tls",
          "certificate",
          "timeout_connect",
          "timeout_answer",
          "not_http",
          "blocked_target",
          "http_status",
          "redirect",
          "bot_challenge",
          "lost"
        ],
        "description": "Only those whose latest try failed so."
      }
    },
    "required": [
      "id"
    ],
    "additionalProperties": false
  },
  "recover": {
    "type": "object",
    "properties": {
      "id": {
        "type": "string",
        "pattern": "^[0-9a-z]+$",
        "maxLength": 64,
        "description": "The webhook's id."
      },
      "since": {
        "type": [
          "string",
          "null"
        ],
        "description": "Only what was accepted at this time or later.",
        "format": "date-time"
      },
      "status": {
        "description": "Only these; all if left out.",
        "oneOf": [
          {
            "type": "string",
            "enum": [
              "held",
              "undelivered",
              "all"
            ],
            "description": "What of the missed deliveries is meant."
          },
          {
            "type": "null"
          }
        ]
      },
      "http_status_code": {
        "type": [
          "string",
          "integer",
          "null"
        ],
        "description": "Only those whose latest try was answered so. A status code, as `503`, or a class of them, as `5xx`."
      },
      "fault": {
        "description": "Why it failed; `null` if it succeeded.",
        "oneOf": [
          {
            "type": "string",
            "enum": [
              "dns",
              "refused",
              "reset",
              "tls",
              "certificate",
              "timeout_connect",
              "timeout_answer",
              "not_http",
              "blocked_target",
              "http_status",
              "redirect",
              "bot_challenge",
              "lost"
            ],
            "description": "| class | what happened | what to do |\n|---|---|---|\n| `dns` | The host name of the target did not resolve. | Check the spelling of the host and its DNS records. |\n| `refused` | Nothing accepted the connection. | Check that the server runs, and that its port is right and open to the internet. |\n| `reset` | The connection broke before a complete answer. | Look in the receiver's log, and in that of a proxy in front of it, for a crash or a limit. |\n| `tls` | No TLS connection could be made. | Check that the port speaks TLS, in version 1.2 or 1.3 with a current cipher. |\n| `certificate` | The receiver's certificate was not accepted. | Check that it is current, names this host, and is sent with its whole chain. |\n| `timeout_connect` | The connection was not made in time. | Check firewalls and routing, and whether the server has connections left. |\n| `timeout_answer` | There was no answer in time. | Answer first and do the work afterwards. |\n| `not_http` | What answered does not speak HTTP. | Check that the port is that of a web server, and `https` if it speaks TLS. |\n| `blocked_target` | The rules of this dispatcher, or of its platform, forbid the target. | Use a public host name that is not this dispatcher's own. |\n| `http_status` | The receiver answered with an error status. | Look at its answer and in its log. |\n| `redirect` | The receiver answered with a redirect, which is not followed. | Set the target to the URL that it redirects to. |\n| `bot_challenge` | A bot protection in front of the receiver answered instead of it. | Let requests with the header `webhook-id` pass the bot protection. |\n| `lost` | The outcome never reached the dispatcher's storage, as it was restarted meanwhile. | Nothing: the attempt is made again. |"
          },
          {
            "type": "null"
          }
        ]
      }
    },
    "required": [
      "id"
    ],
    "additionalProperties": false
  }
};
