// Notices: empty states, errors, banners, and placeholders while data is loading.

import { TriangleAlert, Webhook, type IconNode } from "lucide";
import type { ComponentChildren } from "preact";
import { link } from "../route.ts";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";

interface EmptyProps {
  icon: IconNode;
  title: string;
  children?: ComponentChildren;
  actions?: ComponentChildren;
}

export function Empty({ icon, title, children, actions }: EmptyProps) {
  return (
    <div class="empty">
      <div class="empty-icon">
        <Icon of={icon} size={22} />
      </div>
      <p class="empty-title">{title}</p>
      {children !== undefined && <div class="empty-text">{children}</div>}
      {actions !== undefined && <div class="actions center">{actions}</div>}
    </div>
  );
}

/** The notice that a page or webhook does not exist, with a link to the list. */
export function NotFound({ title, children }: Pick<EmptyProps, "title" | "children">) {
  const back = (
    <a class="button plain" href={link({ page: "webhooks" })}>
      All webhooks
    </a>
  );
  return (
    <Empty icon={Webhook} title={title} actions={back}>
      {children}
    </Empty>
  );
}

export function LoadError({ error, retry }: { error: Error; retry: () => void }) {
  return (
    <div role="alert">
      <Empty
        icon={TriangleAlert}
        title="This could not be loaded"
        actions={<Button onClick={retry}>Try again</Button>}
      >
        <p>{error.message}</p>
      </Empty>
    </div>
  );
}

/** The error of an action, in a form. */
export function ActionError({ error }: { error: Error | undefined }) {
  if (error === undefined) return null;
  return (
    <p class="error" role="alert">
      {error.message}
    </p>
  );
}

interface BannerProps {
  tone: "good" | "warn" | "bad" | "held" | "calm";
  icon: IconNode;
  title: ComponentChildren;
  children?: ComponentChildren;
  actions?: ComponentChildren;
  role?: "status" | "alert";
}

export function Banner({ tone, icon, title, children, actions, role }: BannerProps) {
  return (
    <section class={`banner ${tone}`} role={role}>
      <Icon of={icon} size={18} />
      <div class="banner-text">
        <p class="banner-title">{title}</p>
        {children}
      </div>
      {actions !== undefined && <div class="actions">{actions}</div>}
    </section>
  );
}

/** A placeholder for content that is loading. */
export function Skeleton({ lines }: { lines: number }) {
  return (
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} class="skeleton-line" />
      ))}
    </div>
  );
}
