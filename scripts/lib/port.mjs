// Checks a port of this machine's loopback.

import { once } from "node:events";
import { createServer } from "node:net";
import { Trouble } from "./say.mjs";

/** The value of the variable PORT as a number. */
export function portFrom(text) {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
  throw new Trouble(`PORT is "${text}", which is not a port number.`);
}

export async function needFreePort(port) {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  } catch (error) {
    if (error.code === "EADDRINUSE") {
      throw new Trouble(
        `Port ${port} is used by another program (perhaps another npm start).\n` +
          `End it, or choose another port: PORT=${port === 65535 ? port - 1 : port + 1} npm start`,
      );
    }
    throw new Trouble(`Port ${port} of 127.0.0.1 cannot be used: ${error.message}`);
  } finally {
    server.close();
  }
}
