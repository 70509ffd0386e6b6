// The pages of the dashboard and their addresses. They are behind the `#`, so no server gets them.

export type WebhookTab = "deliveries" | "settings";

export type Place =
  | { page: "webhooks" }
  | { page: "webhook"; id: string; tab: WebhookTab; event?: string }
  | { page: "events"; id?: string }
  | { page: "catalogue" }
  | { page: "account" }
  | OperatorPlace
  | { page: "not-found" };

/** The pages of the operator only. */
export type OperatorPlace =
  | { page: "accounts" }
  | { page: "account-of"; account: string }
  | { page: "keys" }
  | { page: "links" };

export const isOperators = ({ page }: Place): boolean =>
  ["accounts", "account-of", "keys", "links"].includes(page);

export interface Route {
  place: Place;
  query: URLSearchParams;
}

export function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const parts = path.split("/").filter(Boolean).map(decoded);
  return { place: placeOf(parts), query: new URLSearchParams(query) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const simple = ["catalogue", "account", "keys", "links"] as const;

function placeOf(parts: string[]): Place {
  const [first, id, second] = parts;
  if (first === undefined) return { page: "webhooks" };
  if (first === "webhooks") return webhookPlace(parts);
  if (second !== undefined) return { page: "not-found" };
  if (first === "events") return id === undefined ? { page: "events" } : { page: "events", id };
  if (first === "accounts") {
    return id === undefined ? { page: "accounts" } : { page: "account-of", account: id };
  }
  const page = id === undefined ? simple.find((name) => name === first) : undefined;
  return { page: page ?? "not-found" };
}

function webhookPlace([, id, second, event]: string[]): Place {
  if (id === undefined) return { page: "webhooks" };
  if (second === undefined) return { page: "webhook", id, tab: "deliveries" };
  if (second === "settings" && event === undefined) return { page: "webhook", id, tab: "settings" };
  if (second === "deliveries" && event !== undefined) {
    return { page: "webhook", id, tab: "deliveries", event };
  }
  return { page: "not-found" };
}

export function link(place: Place, query?: URLSearchParams): string {
  const search = query?.toString() ?? "";
  return `#/${pathOf(place)}${search === "" ? "" : `?${search}`}`;
}

function pathOf(place: Place): string {
  switch (place.page) {
    case "not-found":
      return "webhooks";
    case "events":
      return place.id === undefined ? "events" : `events/${encodeURIComponent(place.id)}`;
    case "account-of":
      return `accounts/${encodeURIComponent(place.account)}`;
    case "webhook":
      if (place.event !== undefined) return `webhooks/${place.id}/deliveries/${place.event}`;
      return place.tab === "settings" ? `webhooks/${place.id}/settings` : `webhooks/${place.id}`;
    case "webhooks":
    case "catalogue":
    case "account":
    case "accounts":
    case "keys":
    case "links":
      return place.page;
  }
}
