// The place in the address, followed and changed.

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

/** Goes there in place of where one is, so that going back does not return here. */
export function replace(place: Place, query?: URLSearchParams): void {
  history.replaceState(null, "", link(place, query));
  dispatchEvent(new HashChangeEvent("hashchange"));
}
