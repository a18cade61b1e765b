import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SdgError } from '@sdg/core';

/** Metrics that are being served. */
interface MetricsServer {
  readonly url: string;
  close(): void;
}

/**
 * Serves a text at `/metrics` on loopback, for Prometheus to fetch; port 0 takes any that is free. It does not keep the
 * process alive. Fails with `usage` where the port cannot be had.
 */
export async function serveMetrics(port: number, text: () => string): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('metrics are at /metrics\n');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text());
  });
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    throw new SdgError('usage', `--metrics ${port}: ${(error as Error).message}`, {
      remedy: 'name a port that is free; 0 takes any',
      cause: error,
    });
  }
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
