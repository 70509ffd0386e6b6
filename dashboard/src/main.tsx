// The entry point of the dashboard: restores the session and the theme, and renders the page.

import { render } from "preact";
import { applyColor, lookOf } from "./look.ts";
import { Root } from "./root.tsx";
import { openSession, type Tab } from "./session.ts";
import { tabStorage } from "./storage.ts";
import { restoreTheme } from "./theme.ts";

const tab: Tab = {
  storage: tabStorage,
  hash: location.hash,
  replaceHash: (hash) => history.replaceState(null, "", location.pathname + hash),
};

restoreTheme();
const look = lookOf(document);
applyColor(look.color, document.documentElement);
const session = openSession(tab);
// A portal link that is opened in a tab with the dashboard changes only the part behind the `#`, so
// the browser does not load the page again.
addEventListener("hashchange", () => {
  if (location.hash.startsWith("#token=")) location.reload();
});
const app = document.getElementById("app");
if (app !== null) render(<Root tab={tab} initial={session} look={look} />, app);
