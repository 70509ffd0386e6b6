// The pages of an account, in their frame.

import { useEffect } from "preact/hooks";
import { useAllows, useApp } from "./context.ts";
import { Frame } from "./frame.tsx";
import { AccountPage } from "./pages/account.tsx";
import { Catalogue } from "./pages/catalogue.tsx";
import { Events } from "./pages/events.tsx";
import { WebhookPage } from "./pages/webhook.tsx";
import { Webhooks } from "./pages/webhooks.tsx";
import { isOperators, type Place } from "./route.ts";
import { NotFound } from "./ui/notice.tsx";
import { useRoute } from "./use_route.ts";

type Links = Parameters<typeof Frame>[0]["links"];

const webhooks: Links = [
  { to: { page: "webhooks" }, text: "Webhooks", pages: ["webhooks", "webhook"] },
];
const others: Links = [
  { to: { page: "events" }, text: "Events", pages: ["events"] },
  { to: { page: "catalogue" }, text: "Event types", pages: ["catalogue"] },
  { to: { page: "account" }, text: "Account", pages: ["account"] },
];

export function Shell({ isReachable }: { isReachable: boolean }) {
  const { leaveAccount } = useApp();
  const allows = useAllows();
  const route = useRoute();
  const canRead = allows("webhooks:read");
  // A key that only publishes begins where it can.
  const isStart = !canRead && route.place.page === "webhooks";
  const place: Place = isStart ? { page: "events" } : route.place;
  useEffect(() => {
    if (isOperators(route.place)) leaveAccount?.();
  }, [route, leaveAccount]);
  return (
    <Frame
      isReachable={isReachable}
      place={place}
      links={canRead ? [...webhooks, ...others] : others}
    >
      <Page place={place} query={route.query} />
    </Frame>
  );
}

function Page({ place, query }: { place: Place; query: URLSearchParams }) {
  switch (place.page) {
    case "webhooks":
      return <Webhooks query={query} />;
    case "webhook":
      return <WebhookPage key={place.id} place={place} query={query} />;
    case "events":
      return <Events id={place.id} query={query} />;
    case "catalogue":
      return <Catalogue />;
    case "account":
      return <AccountPage />;
    case "accounts":
    case "account-of":
    case "keys":
    case "links":
    case "not-found":
      return <NotFound title="There is no such page" />;
  }
}
