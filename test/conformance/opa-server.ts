import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import path from 'node:path';
import { tool } from './support';

/** What a rendered Deployment and its ConfigMaps say, as far as running it here needs. */
export interface OpaPod {
  readonly command: readonly string[];
  readonly args: readonly string[];
}

export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** A running OPA, on sockets in a folder instead of ports. */
export class OpaServer {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
  ) {}

  /**
   * Starts OPA with the arguments of the pod and waits until it answers or ends.
   * @throws Error with what it said if it ends
   */
  static async start(pod: OpaPod, folder: string): Promise<OpaServer> {
    const args = pod.args.map((arg) =>
      arg
        .replace(/^--addr=.*/, `--addr=unix://${path.join(folder, 'http')}`)
        .replace(/^--diagnostic-addr=.*/, `--diagnostic-addr=unix://${path.join(folder, 'diagnostics')}`)
        .replace(/^\/bundle$/, path.join(folder, 'bundle')),
    );
    const child = spawn(tool('opa'), args, { stdio: ['ignore', 'pipe', 'pipe'], env: {} });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
    const server = new OpaServer(child, folder);
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`opa ended with ${code}: ${said}`);
    });
    await Promise.race([ended, server.ready()]);
    ended.catch(() => {});
    return server;
  }

  async stop(): Promise<void> {
    const ended = once(this.process, 'exit');
    if (this.process.kill('SIGTERM')) await ended;
  }

  /** @param port name of the port in the manifests */
  ask(port: 'http' | 'diagnostics', method: string, url: string, body?: unknown): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const call = request({ socketPath: path.join(this.folder, port), method, path: url }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      });
      call.on('error', reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Asks until there is somebody to ask. */
  private async ready(): Promise<void> {
    for (;;) {
      const reply = await this.ask('diagnostics', 'GET', '/health').catch(() => undefined);
      if (reply?.status === 200 || this.process.exitCode !== null) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
