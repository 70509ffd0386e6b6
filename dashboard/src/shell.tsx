// The frame around every page: the navigation, the buttons and the keyboard shortcuts.

import { BookOpen, Keyboard, LogOut, SunMoon, Webhook } from "lucide";
import { useEffect, useState } from "preact/hooks";
import { useApp } from "./context.ts";
import { Events } from "./pages/events.tsx";
import { WebhookPage } from "./pages/webhook.tsx";
import { Webhooks } from "./pages/webhooks.tsx";
import { link, type Place } from "./route.ts";
import { ShortcutHelp, useShortcuts } from "./shortcuts.tsx";
import { switchTheme } from "./theme.ts";
import { IconButton } from "./ui/button.tsx";
import { Icon } from "./ui/icon.tsx";
import { NotFound } from "./ui/notice.tsx";
import { useRoute } from "./use_route.ts";

export function Shell({ isReachable }: { isReachable: boolean }) {
  const { signOut } = useApp();
  const { place, query } = useRoute();
  const [isHelpOpen, setHelpOpen] = useState(false);
  useShortcuts({ help: () => setHelpOpen(true) });
  usePageStart(place);
  const section = place.page === "events" ? "events" : "webhooks";
  return (
    <>
      <a class="skip" href="#main" onClick={skipToMain}>
        Skip to content
      </a>
      <header class="bar">
        <div class="bar-inner">
          <a class="brand" href={link({ page: "webhooks" })} aria-label="Webhooks, start">
            <span class="brand-mark">
              <Icon of={Webhook} size={18} />
            </span>
          </a>
          <nav aria-label="Main">
            <NavLink to={{ page: "webhooks" }} isCurrent={section === "webhooks"}>
              Webhooks
            </NavLink>
            <NavLink to={{ page: "events" }} isCurrent={section === "events"}>
              Events
            </NavLink>
          </nav>
          <div class="bar-end">
            <a class="icon-button" href="/docs" aria-label="API reference" title="API reference">
              <Icon of={BookOpen} />
            </a>
            <IconButton
              icon={Keyboard}
              label="Keyboard shortcuts"
              onClick={() => setHelpOpen(true)}
            />
            <IconButton icon={SunMoon} label="Switch light and dark" onClick={switchTheme} />
            <IconButton icon={LogOut} label="Sign out" onClick={signOut} />
          </div>
        </div>
      </header>
      <div role="status">
        {!isReachable && (
          <p class="unreached">The dispatcher does not answer. What you see may be old.</p>
        )}
      </div>
      <main id="main" tabIndex={-1}>
        <Page place={place} query={query} />
      </main>
      {isHelpOpen && <ShortcutHelp onClose={() => setHelpOpen(false)} />}
    </>
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
    case "not-found":
      return <NotFound title="There is no such page" />;
  }
}

function NavLink({ to, isCurrent, children }: { to: Place; isCurrent: boolean; children: string }) {
  return (
    <a class="nav-link" href={link(to)} aria-current={isCurrent ? "page" : undefined}>
      {children}
    </a>
  );
}

/** Moves the focus to `#main`. A link would change the part behind the `#`, which is the route. */
function skipToMain(event: Event) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

/** After a change of the page, scrolls to its top and focuses it for screen readers. */
function usePageStart(place: Place) {
  const page = place.page === "webhook" ? `${place.page} ${place.id}` : place.page;
  const [first] = useState(page);
  const [hasMoved, setMoved] = useState(false);
  useEffect(() => {
    if (!hasMoved && page === first) return;
    setMoved(true);
    scrollTo(0, 0);
    document.getElementById("main")?.focus({ preventScroll: true });
  }, [page]);
}
