// The frame around every page: the head with the navigation and the buttons, and what is below.

import { BookOpen, ChevronLeft, Keyboard, LogOut, SunMoon, Webhook } from "lucide";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { useApp } from "./context.ts";
import { duration, fullTime } from "./format.ts";
import { useNow } from "./now.ts";
import { link, type Place } from "./route.ts";
import { ShortcutHelp, useShortcuts } from "./shortcuts.tsx";
import { switchTheme } from "./theme.ts";
import { IconButton } from "./ui/button.tsx";
import { Icon } from "./ui/icon.tsx";

interface FrameProps {
  isReachable: boolean;
  place: Place;
  /** The links of the navigation. `pages` are those for which a link is the current one. */
  links: { to: Place; text: string; pages: Place["page"][] }[];
  children: ComponentChildren;
}

export function Frame({ isReachable, place, links, children }: FrameProps) {
  const { signOut } = useApp();
  const [isHelpOpen, setHelpOpen] = useState(false);
  useShortcuts({ help: () => setHelpOpen(true) });
  usePageStart(place);
  return (
    <>
      <a class="skip" href="#main" onClick={skipToMain}>
        Skip to content
      </a>
      <header class="bar">
        <div class="bar-inner">
          <Identity start={links[0]?.to ?? { page: "webhooks" }} />
          <nav aria-label="Main">
            {links.map(({ to, text, pages }) => (
              <a
                key={text}
                class="nav-link"
                href={link(to)}
                aria-current={pages.includes(place.page) ? "page" : undefined}
              >
                {text}
              </a>
            ))}
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
        {children}
      </main>
      {isHelpOpen && <ShortcutHelp onClose={() => setHelpOpen(false)} />}
    </>
  );
}

/** Whose dashboard it is: the platform's, the account's, and how long the session lasts. */
function Identity({ start }: { start: Place }) {
  const { access, look, leaveAccount, returnUrl } = useApp();
  const name = look.name ?? "Webhooks";
  return (
    <div class="identity">
      <a class="brand" href={link(start)} aria-label={`${name}, start`}>
        {look.logo === undefined ? (
          <span class="brand-mark">
            <Icon of={Webhook} size={18} />
          </span>
        ) : (
          <img class="brand-logo" src={look.logo} alt="" />
        )}
        {look.name !== undefined && <span class="brand-name">{look.name}</span>}
      </a>
      <div class="identity-text">
        {access.account !== undefined && (
          <span class="account-name" title={`Account ${access.account}`}>
            {access.account}
          </span>
        )}
        <Remaining />
      </div>
      {leaveAccount !== undefined && (
        <button type="button" class="leave" onClick={leaveAccount}>
          <Icon of={ChevronLeft} size={14} />
          <span>All accounts</span>
        </button>
      )}
      {returnUrl !== undefined && (
        <a class="leave" href={returnUrl} title={returnUrl}>
          <Icon of={ChevronLeft} size={14} />
          <span>Back</span>
        </a>
      )}
    </div>
  );
}

const soonMs = 300_000;
const dayMs = 86_400_000;

/** How long the session lasts, if it ends within a day. */
function Remaining() {
  const { access } = useApp();
  const nowMs = useNow();
  if (access.endsMs === undefined) return null;
  const leftMs = Math.max(0, access.endsMs - nowMs);
  if (leftMs > dayMs) return null;
  // Whole minutes, as seconds would distract, except at the end.
  const shownMs = leftMs > soonMs ? Math.floor(leftMs / 60_000) * 60_000 : leftMs;
  return (
    <span class={`remaining ${leftMs < soonMs ? "warn-text" : ""}`} title={fullTime(access.endsMs)}>
      {duration(Math.floor(shownMs / 1000) * 1000)} left
    </span>
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
  useLayoutEffect(() => {
    if (!hasMoved && page === first) return;
    setMoved(true);
    scrollTo(0, 0);
    document.getElementById("main")?.focus({ preventScroll: true });
  }, [page]);
}
