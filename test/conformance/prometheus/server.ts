import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { emitDocument } from '../../../lib/synth/yaml';
import { tool } from '../support';

export interface PrometheusOptions {
  /** Files with rules, as text. */
  readonly rules: readonly string[];
  /** Where metrics are scraped: `127.0.0.1:41234`. */
  readonly target: string;
  /** Time between scrapes, and between evaluations: `1s`. */
  readonly interval: string;
  /** How long a sample counts: `5s`. */
  readonly lookback: string;
}

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

export interface LoadedRule {
  readonly name: string;
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError?: string;
}

/** A running Prometheus with a database of its own. */
export class PrometheusServer {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    private readonly url: string,
  ) {}

  /**
   * Starts Prometheus and waits until it answers or ends.
   * @throws Error with what it said if it ends
   */
  static async start({ rules, target, interval, lookback }: PrometheusOptions): Promise<PrometheusServer> {
    const folder = mkdtempSync(path.join(tmpdir(), 'portcullis-prometheus-'));
    const files = rules.map((text, index) => {
      writeFileSync(path.join(folder, `${index}.rules`), text);
      return `${index}.rules`;
    });
    const config = {
      global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
      rule_files: files,
      scrape_configs: [
        // The exporter plays many targets, and says itself which.
        { job_name: 'exporter', honor_labels: true, static_configs: [{ targets: [target] }] },
      ],
    };
    writeFileSync(path.join(folder, 'prometheus.yml'), emitDocument(config));
    const address = `127.0.0.1:${await freePort()}`;
    const args = [
      `--config.file=${path.join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${path.join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      `--query.lookback-delta=${lookback}`,
      '--log.level=warn',
    ];
    const child = spawn(tool('prometheus'), args, { stdio: ['ignore', 'pipe', 'pipe'], env: {} });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
    const server = new PrometheusServer(child, folder, `http://${address}`);
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`prometheus ended with ${code}: ${said}`);
    });
    await Promise.race([ended, server.ready()]);
    ended.catch(() => {});
    return server;
  }

  async stop(): Promise<void> {
    const ended = once(this.process, 'exit');
    if (this.process.kill('SIGTERM')) await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  /**
   * @param seconds since 1970; now if there is nothing
   * @throws Error with what Prometheus says about an expression that it does not take
   */
  async query(expression: string, seconds?: number): Promise<readonly Sample[]> {
    const time = seconds === undefined ? {} : { time: String(seconds) };
    const data = await this.ask<{ readonly result: readonly Sample[] }>('query', { query: expression, ...time });
    return data.result;
  }

  async rules(): Promise<readonly LoadedRule[]> {
    const data = await this.ask<{ readonly groups: readonly { readonly rules: readonly LoadedRule[] }[] }>('rules', {});
    return data.groups.flatMap((group) => group.rules);
  }

  private async ask<Data>(endpoint: string, parameters: Readonly<Record<string, string>>): Promise<Data> {
    const response = await fetch(`${this.url}/api/v1/${endpoint}?${new URLSearchParams(parameters)}`);
    const { status, data, error, warnings } = (await response.json()) as {
      readonly status: string;
      readonly data: Data;
      readonly error?: string;
      readonly warnings?: readonly string[];
    };
    if (status !== 'success' || warnings !== undefined) throw new Error(`${error ?? ''}${warnings?.join() ?? ''}`);
    return data;
  }

  private async ready(): Promise<void> {
    while (this.process.exitCode === null) {
      const ready = await fetch(`${this.url}/-/ready`).catch(() => undefined);
      if (ready?.status === 200) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
