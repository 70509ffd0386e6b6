// The page after a portal link has expired. Its visitor has no API key, so it asks for none.

import { ArrowLeft, Link2Off } from "lucide";
import type { Look } from "../look.ts";
import type { Session } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { useTitle } from "../use_title.ts";

interface LinkEndedProps {
  look: Look;
  session: Session;
  /** Goes to the form for an API key. */
  onKey: () => void;
}

export function LinkEnded({ look, session, onKey }: LinkEndedProps) {
  const name = look.name ?? "the page where you found this link";
  useTitle("Link expired – Webhooks");
  return (
    <main class="sign-in">
      <section class="card sign-in-card">
        {look.logo === undefined ? (
          <span class="brand-mark large">
            <Icon of={Link2Off} size={26} />
          </span>
        ) : (
          <img class="brand-logo large" src={look.logo} alt="" />
        )}
        <h1>Your link has expired</h1>
        <p>
          A link to your webhooks works for a limited time. Open them from {name} again to get a new
          one. Nothing is lost: deliveries go on meanwhile.
        </p>
        {session.returnUrl !== undefined && (
          <a class="button primary" href={session.returnUrl}>
            <Icon of={ArrowLeft} />
            <span>{look.name === undefined ? "Go back" : `Back to ${look.name}`}</span>
          </a>
        )}
        <Button look="bare" onClick={onKey}>
          Sign in with an API key
        </Button>
      </section>
    </main>
  );
}
