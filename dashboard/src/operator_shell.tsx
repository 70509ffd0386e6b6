// The pages of the operator, in their frame.

import { Frame } from "./frame.tsx";
import { AccountOf } from "./pages/operator/account_of.tsx";
import { Accounts } from "./pages/operator/accounts.tsx";
import { Keys } from "./pages/operator/keys.tsx";
import { Catalogue } from "./pages/catalogue.tsx";
import type { Place } from "./route.ts";
import { NotFound } from "./ui/notice.tsx";
import { useRoute } from "./use_route.ts";

const links: Parameters<typeof Frame>[0]["links"] = [
  { to: { page: "accounts" }, text: "Accounts", pages: ["accounts", "account-of", "webhooks"] },
  { to: { page: "keys" }, text: "Keys", pages: ["keys"] },
  { to: { page: "links" }, text: "Portal links", pages: ["links"] },
  { to: { page: "catalogue" }, text: "Event types", pages: ["catalogue"] },
];

export function OperatorShell({ isReachable }: { isReachable: boolean }) {
  const { place, query } = useRoute();
  return (
    <Frame isReachable={isReachable} place={place} links={links}>
      <Page place={place} query={query} />
    </Frame>
  );
}

function Page({ place, query }: { place: Place; query: URLSearchParams }) {
  switch (place.page) {
    // The start of the dashboard, where nothing else is named.
    case "webhooks":
    case "accounts":
      return <Accounts query={query} />;
    case "account-of":
      return <AccountOf key={place.account} name={place.account} />;
    case "keys":
      return <Keys kind="keys" />;
    case "links":
      return <Keys kind="links" />;
    case "catalogue":
      return <Catalogue />;
    case "webhook":
    case "events":
    case "account":
      return <NotFound title="Open an account first">This page belongs to an account.</NotFound>;
    case "not-found":
      return <NotFound title="There is no such page" />;
  }
}
