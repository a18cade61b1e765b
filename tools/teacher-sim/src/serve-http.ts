import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Served {
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves until it is closed; a request whose handler fails is broken off. Port 0: any that is free. */
export async function serveHttp(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<unknown>,
  { port = 0, host = '127.0.0.1' }: { readonly port?: number; readonly host?: string } = {},
): Promise<Served> {
  const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
  // Clients keep connections open between calls; closing one under a call in the making would be a fault of our own.
  server.keepAliveTimeout = 120_000;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, 1024, resolve);
  });
  return {
    origin: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
