// The pages of the dashboard and their addresses. They are behind the `#`, so no server gets them.

export type Place =
  | { page: "webhooks" }
  | { page: "webhook"; id: string; tab: "deliveries" | "settings"; event?: string }
  | { page: "events"; id?: string }
  | { page: "not-found" };

export interface Route {
  place: Place;
  query: URLSearchParams;
}

export function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  return { place: placeOf(path.split("/").filter(Boolean)), query: new URLSearchParams(query) };
}

function placeOf(parts: string[]): Place {
  const [first, id, second, event] = parts;
  if (first === undefined) return { page: "webhooks" };
  if (first === "events" && second === undefined) {
    return id === undefined ? { page: "events" } : { page: "events", id };
  }
  if (first !== "webhooks") return { page: "not-found" };
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
    case "webhooks":
    case "not-found":
      return "webhooks";
    case "events":
      return place.id === undefined ? "events" : `events/${place.id}`;
    case "webhook":
      if (place.event !== undefined) return `webhooks/${place.id}/deliveries/${place.event}`;
      return place.tab === "settings" ? `webhooks/${place.id}/settings` : `webhooks/${place.id}`;
  }
}
