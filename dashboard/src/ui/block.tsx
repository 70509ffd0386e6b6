// A block of a page with a title and an action, and the facts in it.

import type { ComponentChildren } from "preact";

interface BlockProps {
  title: string;
  action?: ComponentChildren;
  children: ComponentChildren;
}

export function Block({ title, action, children }: BlockProps) {
  return (
    <section class="card block">
      <header>
        <h2>{title}</h2>
        {action}
      </header>
      {children}
    </section>
  );
}

export const Fact = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
