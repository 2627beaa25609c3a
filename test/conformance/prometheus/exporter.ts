import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Writes the metrics that there are now, in Prometheus's text format. */
export type Scrape = () => string;

/** An exporter on a port of this machine. */
export class Exporter {
  private constructor(
    private readonly server: Server,
    /** `127.0.0.1:41234`. */
    readonly address: string,
  ) {}

  static async start(scrape: Scrape): Promise<Exporter> {
    const server = createServer((_, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end(scrape());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Exporter(server, `127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}
