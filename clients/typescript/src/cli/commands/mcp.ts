// `webhooks mcp`: the calls as tools for programs that speak the Model Context Protocol.

import type { Command } from "commander";
import { act } from "../context.ts";

export function addMcp(program: Command): void {
  program.command("mcp")
    .summary("serve the calls as tools of an MCP server")
    .description(
      "Serves the calls as tools over stdin and stdout, by the Model Context Protocol. An MCP " +
        "host starts it. The tools read only, unless there is --write; none shows a secret.",
    )
    .option("--write", "also publish, resend, recover, and create and change webhooks")
    .action(act<{ write?: boolean }, []>(async ({ client, settings, options }) => {
      // No other command pays for loading the library.
      const { serve } = await import("../mcp/server.ts");
      serve(client, settings, options.write === true);
    }));
}
