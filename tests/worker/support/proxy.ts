// A proxy for HTTPS that leads every host name to servers of the test, with a certificate that the
// client of the test trusts. So what calls `https://NAME.workers.dev` runs unchanged.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TLSSocket } from "node:tls";

export class HttpsProxy {
  readonly #server = createServer();
  readonly #inner: Server;
  readonly #folder = mkdtempSync(join(tmpdir(), "proxy-"));
  readonly #sockets = new Set<Socket>();

  private constructor(host: string, listener: RequestListener) {
    const [key, cert] = [join(this.#folder, "key.pem"), join(this.#folder, "cert.pem")];
    execFileSync("openssl", [
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2",
      "-subj", "/CN=test", "-addext", `subjectAltName=DNS:${host}`,
    ], { stdio: "ignore" });
    const secure = { key: readFileSync(key), cert: readFileSync(cert) };
    this.#inner = createServer(listener);
    this.#server.on("connect", (_request, socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => undefined).once("close", () => this.#sockets.delete(socket));
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      const inner = new TLSSocket(socket, { isServer: true, ...secure });
      inner.on("error", () => undefined);
      this.#inner.emit("connection", inner);
    });
  }

  /** `host` is the name in the certificate, which may begin with `*`. */
  static async listen(host: string, listener: RequestListener): Promise<HttpsProxy> {
    const proxy = new HttpsProxy(host, listener);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  /** The variables with which a program in Node uses this proxy. */
  get environment(): Record<string, string> {
    const { port } = this.#server.address() as { port: number };
    return {
      HTTPS_PROXY: `http://127.0.0.1:${port}`,
      NO_PROXY: "127.0.0.1,localhost",
      NODE_USE_ENV_PROXY: "1",
      NODE_EXTRA_CA_CERTS: join(this.#folder, "cert.pem"),
    };
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    rmSync(this.#folder, { recursive: true });
  }
}
