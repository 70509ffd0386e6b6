// Reads the route from the address, and changes it.

import { useEffect, useState } from "preact/hooks";
import { link, parse, type Place, type Route } from "./route.ts";

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parse(location.hash));
  useEffect(() => {
    const follow = () => setRoute(parse(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return route;
}

export function go(place: Place, query?: URLSearchParams): void {
  location.hash = link(place, query);
}

/** Goes to a place without a new entry in the history of the browser. */
export function replace(place: Place, query?: URLSearchParams): void {
  history.replaceState(null, "", link(place, query));
  dispatchEvent(new HashChangeEvent("hashchange"));
}
