// `webhooks keys` and `webhooks portal`: for the operator, with ADMIN_KEY.

import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import type { Key, PortalRequest, Scope } from "../../schema.ts";
import { act, printList } from "../context.ts";
import { collect, defined, limitOption, wholeNumber } from "../options.ts";
import { textOf } from "../output.ts";

const SCOPES = ["webhooks:read", "webhooks:write", "events:write"] as const;

const scopeOption = (what: string): Option =>
  new Option("--scope <scope>", `${what}; again for more`)
    .choices(SCOPES)
    .argParser((text: string, before: string[] | undefined) => {
      if (!SCOPES.includes(text as Scope))
        throw new InvalidArgumentError(`Allowed choices are ${SCOPES.join(", ")}.`);
      return collect(text, before);
    });

export function addKeys(program: Command): void {
  const keys = program.command("keys").description("API keys of all accounts (needs ADMIN_KEY)");
  keys.command("list").description("list them")
    .addOption(limitOption())
    .action(act<{ limit: number }, []>(({ client, out, options }) => printList(
      out, client.admin.keys.list(), options.limit,
      ["ID", "ACCOUNT", "NAME", "SCOPES", "EXPIRES", "LAST USED"], row,
    )));
  keys.command("create").description("create one, and show it")
    .argument("<account>", "its account, which needs no other preparation")
    .requiredOption("--name <text>", "what you call it")
    .addOption(scopeOption("what it may do, everything if left out"))
    .option("--expires-at <time>", "from when on it opens nothing (RFC 3339)")
    .action(act<{ name: string; scope?: Scope[]; expiresAt?: string }, [string]>(
      async ({ client, out, options }, account) => {
        const { name, scope, expiresAt } = options;
        const key = await client.admin.keys.create({
          account, name, scopes: scope ?? [...SCOPES], ...defined({ expires_at: expiresAt }),
        });
        out.value(key, () => {
          out.members(key);
          out.note("The key is shown this once.");
        });
      },
    ));
  keys.command("revoke").description("revoke one")
    .argument("<key>", "its id, which is not the key itself")
    .action(act<object, [string]>(async ({ client, out }, id) => {
      await client.admin.keys.revoke(id);
      out.value({ id, revoked: true }, () => out.line(`Key ${id} is revoked.`));
    }));
}

interface PortalOptions {
  scope?: Scope[];
  expiresIn?: number;
  returnUrl?: string;
}

export function addPortal(program: Command): void {
  program.command("portal")
    .summary("make a link to an account's dashboard (needs ADMIN_KEY)")
    .description("Makes a link that opens the dashboard for one account, for a limited time.")
    .argument("<account>", "its name")
    .addOption(scopeOption("what it opens, reading and changing webhooks if left out"))
    .option("--expires-in <seconds>", "how long it opens", wholeNumber)
    .option("--return-url <url>", "where the dashboard leads back to")
    .action(act<PortalOptions, [string]>(async ({ client, out, options }, account) => {
      const { scope, expiresIn, returnUrl } = options;
      const request = defined<unknown>({
        scopes: scope, expires_in_seconds: expiresIn, return_url: returnUrl,
      });
      const link = await client.admin.accounts.createPortalLink(account, request as PortalRequest);
      out.value(link, () => {
        out.line(link.url);
        out.note(`It opens the dashboard until ${link.expires_at}. Treat it as a key.`);
      });
    }));
}

function row(key: Key): string[] {
  const { id, account, name, scopes, expires_at: expiresAt, last_used: lastUsed } = key;
  return [id, account, name, scopes.join(","), textOf(expiresAt), textOf(lastUsed)];
}
