import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Cluster, Done } from './cluster';

interface Content {
  readonly objects: Record<string, Record<string, unknown>>;
  readonly log: readonly Done[];
}

/** A cluster in a file, and the provider in Node that deploys to it. */
export class StandIn implements Cluster {
  private seen = 0;

  private constructor(
    private readonly provider: ChildProcess,
    private readonly folder: string,
    private readonly file: string,
    port: string,
  ) {
    this.environment = { PULUMI_DEBUG_PROVIDERS: `kubernetes:${port}` };
  }

  readonly environment: Readonly<Record<string, string>>;

  static async start(): Promise<StandIn> {
    const folder = mkdtempSync(path.join(tmpdir(), 'portcullis-stand-in-'));
    const file = path.join(folder, 'cluster.json');
    const provider = spawn(process.execPath, [path.join(__dirname, 'provider.mjs')], {
      env: { ...process.env, CLUSTER: file },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = await new Promise<string>((resolve, reject) => {
      provider.stdout.once('data', (text) => resolve(String(text).trim()));
      provider.once('exit', (code) => reject(new Error(`the provider ended with ${code}`)));
    });
    return new StandIn(provider, folder, file, port);
  }

  async done(): Promise<readonly Done[]> {
    const { log } = this.read();
    const since = log.slice(this.seen);
    this.seen = log.length;
    return since;
  }

  async ids(): Promise<readonly string[]> {
    return Object.keys(this.read().objects);
  }

  async open(id: string): Promise<void> {
    const content = this.read();
    const object = content.objects[id];
    if (object === undefined) throw new Error(`there is no ${id}`);
    object.spec = { podSelector: {}, ingress: [{}], egress: [{}] };
    writeFileSync(this.file, JSON.stringify(content));
  }

  async stop(): Promise<void> {
    this.provider.removeAllListeners('exit');
    this.provider.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private read(): Content {
    return existsSync(this.file) ? JSON.parse(readFileSync(this.file, 'utf8')) : { objects: {}, log: [] };
  }
}
