// The start of the dashboard: who is signed in, which colours, and the page.

import { render } from "preact";
import { Root } from "./root.tsx";
import { openSession, type Tab } from "./session.ts";
import { restoreTheme } from "./theme.ts";

const tab: Tab = {
  storage: sessionStorage,
  hash: location.hash,
  replaceHash: (hash) => history.replaceState(null, "", location.pathname + hash),
};

restoreTheme();
const key = openSession(tab);
// A portal link that is opened in a tab which shows the dashboard already only changes what stands
// behind the `#`.
addEventListener("hashchange", () => {
  if (location.hash.startsWith("#token=")) location.reload();
});
const app = document.getElementById("app");
if (app !== null) render(<Root tab={tab} initialKey={key} />, app);
