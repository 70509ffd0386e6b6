// The choice of what a key may do.

import { type Scope, scopes } from "../../admin_api.ts";
import { CheckField } from "../../ui/field.tsx";

const texts: Record<Scope, string> = {
  "webhooks:read": "See webhooks and deliveries",
  "webhooks:write": "Create, change, ping and delete webhooks, send deliveries again",
  "events:write": "Publish events",
};

interface ScopeProps {
  chosen: Scope[];
  onChange: (chosen: Scope[]) => void;
  errors: string[] | undefined;
}

export function ScopeChoice({ chosen, onChange, errors }: ScopeProps) {
  return (
    <fieldset class="pairs">
      <legend>Scopes</legend>
      {scopes.map((scope) => (
        <CheckField
          key={scope}
          label={scope}
          hint={texts[scope]}
          checked={chosen.includes(scope)}
          onChange={(isChosen) =>
            onChange(scopes.filter((each) => (each === scope ? isChosen : chosen.includes(each))))
          }
        />
      ))}
      {errors !== undefined && (
        <p class="error" role="alert">
          {errors.join(" ")}
        </p>
      )}
    </fieldset>
  );
}
