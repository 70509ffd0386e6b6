// The connection of a listener: a WebSocket of its object. The runtime keeps it open while the
// object is not in memory (Durable Objects, WebSocket hibernation), and answers the client's `ping`
// without waking the object.

/** What the runtime answers by itself. */
const PING = "ping";
const PONG = "pong";

/** Close codes: the endpoint goes away (RFC 6455 7.4.1), and one of our own. */
const GONE = 1_001;
const REPLACED = 4_000;

/** A socket that is being closed stays in the list until the client has answered. */
const isOpen = (socket) => socket.readyState === WebSocket.OPEN;

const openSockets = (context) => context.getWebSockets().filter(isOpen);

/** Whether a client is connected. */
export const isConnected = (context) => openSockets(context).length > 0;

/** Accepts a client in place of the one before, and returns the response. */
export function acceptClient(context, ready) {
  closeClient(context, REPLACED, "replaced by a newer connection");
  const { 0: client, 1: server } = new WebSocketPair();
  context.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
  context.acceptWebSocket(server);
  server.serializeAttachment(Date.now());
  server.send(ready);
  return new Response(null, { status: 101, webSocket: client });
}

/** Sends a text to the client. Returns false if it is not connected. */
export function sendToClient(context, text) {
  const [socket] = openSockets(context);
  try {
    socket?.send(text);
    return socket !== undefined;
  } catch {
    // It has closed in this moment.
    return false;
  }
}

/** Closes the connection, if there is one. */
export function closeClient(context, code, reason) {
  for (const socket of openSockets(context)) close(socket, code, reason);
}

function close(socket, code, reason) {
  try {
    socket.close(code, reason);
  } catch {
    // It is closed already.
  }
}

/** Closes the connection if the client has said nothing since `ms`, not even a ping. */
export function closeIfSilent(context, ms) {
  for (const socket of openSockets(context)) {
    const pinged = context.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0;
    if (Math.max(pinged, socket.deserializeAttachment()) < ms) close(socket, GONE, "no ping");
  }
}

/** Answers the close of a client, which ends the connection. */
export const answerClose = (socket) => close(socket, 1_000, "");

/**
 * Returns a message of the client. Undefined if it is not text, or longer than `charsMax`. Null if
 * it came over a connection that is being closed.
 */
export function messageOf(socket, message, charsMax) {
  if (!isOpen(socket)) return null;
  // The time at which the client was last heard, besides its pings.
  socket.serializeAttachment(Date.now());
  return typeof message === "string" && message.length <= charsMax ? message : undefined;
}
