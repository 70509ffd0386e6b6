// Checks the port that the dispatcher listens on.

import { once } from "node:events";
import { createServer } from "node:net";
import { CommandError } from "./say.mjs";

/** Parses the value of the variable PORT. */
export function portFrom(text) {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
  throw new CommandError(`PORT is "${text}", which is not a port number.`);
}

export async function needFreePort(port) {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  } catch (error) {
    if (error.code === "EADDRINUSE") {
      throw new CommandError(
        `Port ${port} is used by another program (perhaps another npm start).\n` +
          `End it, or choose another port: PORT=${port === 65535 ? port - 1 : port + 1} npm start`,
      );
    }
    throw new CommandError(`Port ${port} of 127.0.0.1 cannot be used: ${error.message}`);
  } finally {
    server.close();
  }
}
