import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inject } from 'vitest';
import type { KubeObject } from '../../../lib/kube/object';
import type { RegistrationEntry } from '../../../lib/render/identity/entries';
import { type Run, run } from '../support';

/** Where the Jobs look for the socket and for their data. */
const SOCKET = '/tmp/spire-server/private/api.sock';
const DATA = '/entries/';

interface Container {
  readonly command: readonly string[];
}

interface ApiId {
  readonly trust_domain: string;
  readonly path: string;
}

/** An entry as `entry show -output json` prints it; every field is there. */
interface ShownEntry {
  readonly id: string;
  readonly parent_id: ApiId;
  readonly spiffe_id: ApiId;
  readonly selectors: readonly { readonly type: string; readonly value: string }[];
  readonly x509_svid_ttl: number;
  readonly jwt_svid_ttl: number;
  readonly hint: string;
  readonly federates_with: readonly string[];
  readonly dns_names: readonly string[];
  readonly revision_number: string;
}

/** SPIRE's entry API over its own database, in a folder of its own. */
export class SpireServer {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'spire-'));
  private readonly process: ChildProcessWithoutNullStreams;

  private constructor(trustDomain: string, federated: readonly string[]) {
    const file = inject('tools')['spire-entries'];
    if (file === undefined) throw new Error('the tool spire-entries was left out');
    this.process = spawn(file, ['serve', this.folder, trustDomain, ...federated]);
  }

  /** Starts a server; it ends with stop(), and with the process of the test. */
  static async start(trustDomain = 'portarium.dev', federated: readonly string[] = []): Promise<SpireServer> {
    const server = new SpireServer(trustDomain, federated);
    const failed = once(server.process, 'exit').then(() => {
      throw new Error(`the server ended: ${String(server.process.stderr.read() ?? '')}`);
    });
    await Promise.race([once(server.process.stdout, 'data'), failed]);
    failed.catch(() => {});
    return server;
  }

  async stop(): Promise<void> {
    this.process.stdin.end();
    await once(this.process, 'exit');
    rmSync(this.folder, { recursive: true, force: true });
  }

  get socket(): string {
    return path.join(this.folder, 'api.sock');
  }

  /** Runs one command of spire-server. */
  entry(verb: string, ...args: readonly string[]): Run {
    return run('spire-entries', ['entry', verb, '-socketPath', this.socket, ...args]);
  }

  /**
   * Runs the Jobs among objects as Kubernetes does: the containers of each pod one after the other until one fails.
   * Returns the output of the command that failed, or nothing.
   */
  runJobs(objects: readonly KubeObject[]): Run | undefined {
    for (const job of objects.filter(({ kind }) => kind === 'Job')) {
      const data = objects.find(
        ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === job.metadata.name,
      )?.data;
      const entries = path.join(this.folder, 'entries', job.metadata.name);
      mkdirSync(entries, { recursive: true });
      for (const [name, text] of Object.entries((data ?? {}) as Record<string, string>)) {
        writeFileSync(path.join(entries, name), text);
      }
      for (const { command } of containersOf(job)) {
        const [program, ...args] = command;
        if (program !== '/opt/spire/bin/spire-server') throw new Error(`not the program of the image: ${program}`);
        const here = args.map((arg) => {
          if (arg === SOCKET) return this.socket;
          return arg.startsWith(DATA) ? path.join(entries, arg.slice(DATA.length)) : arg;
        });
        const result = run('spire-entries', here);
        if (result.code !== 0) return result;
      }
    }
    return undefined;
  }

  /** What `entry show` says, in the words of the program; by id. */
  entries(): readonly RegistrationEntry[] {
    return this.shown().map(asWritten);
  }

  /** Number of updates of each entry since it was made. */
  revisions(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.shown().map(({ id, revision_number }) => [id, revision_number]));
  }

  private shown(): readonly ShownEntry[] {
    const { code, stdout, stderr } = this.entry('show', '-output', 'json');
    if (code !== 0) throw new Error(`entry show ended with ${code}: ${stderr}`);
    const { entries } = JSON.parse(stdout) as { entries: readonly ShownEntry[] };
    return [...entries].sort((one, other) => (one.id < other.id ? -1 : 1));
  }
}

function containersOf(job: KubeObject): readonly Container[] {
  const { spec } = job as unknown as {
    spec: { template: { spec: { initContainers: readonly Container[]; containers: readonly Container[] } } };
  };
  const { initContainers, containers } = spec.template.spec;
  return [...initContainers, ...containers];
}

function asWritten(entry: ShownEntry): RegistrationEntry {
  const id = ({ trust_domain, path: rest }: ApiId) => `spiffe://${trust_domain}${rest}`;
  const { x509_svid_ttl, jwt_svid_ttl, hint, federates_with, dns_names } = entry;
  return {
    entry_id: entry.id,
    parent_id: id(entry.parent_id),
    spiffe_id: id(entry.spiffe_id),
    selectors: sortedSelectors(entry.selectors),
    ...(x509_svid_ttl === 0 ? {} : { x509_svid_ttl }),
    ...(jwt_svid_ttl === 0 ? {} : { jwt_svid_ttl }),
    ...(hint === '' ? {} : { hint }),
    ...(federates_with.length === 0 ? {} : { federates_with: federates_with.map((domain) => `spiffe://${domain}`) }),
    ...(dns_names.length === 0 ? {} : { dns_names }),
  };
}

/** Entries by id, their selectors in one order: the server keeps no order. */
export function sorted(entries: readonly RegistrationEntry[]): readonly RegistrationEntry[] {
  return entries
    .map((entry) => ({ ...entry, selectors: sortedSelectors(entry.selectors) }))
    .sort((one, other) => (one.entry_id < other.entry_id ? -1 : 1));
}

function sortedSelectors(selectors: RegistrationEntry['selectors']): RegistrationEntry['selectors'] {
  return [...selectors].sort((one, other) => (`${one.type}:${one.value}` < `${other.type}:${other.value}` ? -1 : 1));
}
