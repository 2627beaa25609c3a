import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { tool } from '../support';
import { ApiClient } from './client';

/** Whoever may do everything: a member of `system:masters`. */
const ADMIN = 'admin';

const AUDIT_LOG = 'audit.log';
const AUDIT_POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  // Only service accounts are watched: what they ask is what they need.
  rules: [{ level: 'Metadata', userGroups: ['system:serviceaccounts'] }, { level: 'None' }],
};

/** A request of a service account about resources, as the audit log tells it. */
export interface AuditedRequest {
  readonly user: { readonly username: string };
  readonly verb: string;
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly apiVersion: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly requestURI: string;
  readonly responseStatus: { readonly code: number };
}

/**
 * A real API server over its own etcd, on random ports of the loopback interface, in a temporary folder.
 *
 * No controllers run: namespaces get no service account and stay `Terminating` until somebody finalizes them, and
 * Deployments make no pods. Of the admission plugins, `ServiceAccount` is off, which would wait for those controllers.
 */
export class ApiServer {
  private constructor(
    private readonly process: ChildProcessWithoutNullStreams,
    /** Holds the kubeconfig and the logs; stop() removes it. */
    readonly folder: string,
    /** `https://127.0.0.1:<port>` */
    readonly url: string,
    private readonly token: string,
  ) {}

  /**
   * Starts a server and waits until it is ready. It ends with stop(), and with the process of the test, however that ends.
   * @throws Error with the last that etcd or the API server said, if one ends
   */
  static async start(): Promise<ApiServer> {
    const folder = mkdtempSync(path.join(tmpdir(), 'portcullis-api-server-'));
    const [client, peer, secure] = await freePorts(3);
    const token = randomBytes(16).toString('hex');
    const keeper = spawn(process.execPath, [
      path.join(__dirname, '..', 'keep-running.mjs'),
      folder,
      JSON.stringify([
        etcd(folder, `http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`),
        apiServer(folder, `http://127.0.0.1:${client}`, Number(secure), token),
      ]),
    ]);
    let said = '';
    keeper.stderr.on('data', (text) => (said += text));
    const server = new ApiServer(keeper, folder, `https://127.0.0.1:${secure}`, token);
    const ended = once(keeper, 'close').then(([code]) => {
      throw new Error(`the API server ended with ${code}: ${said}`);
    });
    await Promise.race([ended, server.ready()]);
    ended.catch(() => {});
    writeFileSync(server.kubeconfig, server.renderKubeconfig(token), { mode: 0o600 });
    return server;
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.stdin.end();
    await ended;
  }

  /** Path of a kubeconfig whose only user may do everything. */
  get kubeconfig(): string {
    return path.join(this.folder, 'kubeconfig.yaml');
  }

  /** A client that may do everything. */
  get client(): ApiClient {
    return new ApiClient(this.url, this.token, readFileSync(this.certificate));
  }

  /** What the server signed for itself: certificate and authority in one file. */
  private get certificate(): string {
    return path.join(this.folder, 'certificates', 'apiserver.crt');
  }

  /** Asks until the server says that it is ready. */
  private async ready(): Promise<void> {
    for (;;) {
      if (existsSync(this.certificate)) {
        const reply = await this.client.request('GET', '/readyz').catch(() => undefined);
        if (reply?.status === 200) return;
      }
      if (this.process.exitCode !== null) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** What service accounts have asked so far. */
  get audited(): readonly AuditedRequest[] {
    const lines = readFileSync(path.join(this.folder, AUDIT_LOG), 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as AuditedRequest);
  }

  /** Writes a kubeconfig for a token, such as that of a service account; returns its path. */
  kubeconfigFor(token: string): string {
    const file = path.join(this.folder, 'other-kubeconfig.yaml');
    writeFileSync(file, this.renderKubeconfig(token), { mode: 0o600 });
    return file;
  }

  private renderKubeconfig(token: string): string {
    const name = 'portcullis-conformance';
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': name,
      clusters: [{ name, cluster: { server: this.url, 'certificate-authority': this.certificate } }],
      users: [{ name: ADMIN, user: { token } }],
      contexts: [{ name, context: { cluster: name, user: ADMIN } }],
    });
  }
}

function etcd(folder: string, client: string, peer: string): readonly string[] {
  return [
    tool('etcd'),
    `--data-dir=${path.join(folder, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    // The data dies with the test: nothing has to reach the disk.
    '--unsafe-no-fsync',
  ];
}

function apiServer(folder: string, store: string, port: number, token: string): readonly string[] {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const file = (name: string, text: string): string => {
    const target = path.join(folder, name);
    writeFileSync(target, text, { mode: 0o600 });
    return target;
  };
  return [
    tool('kube-apiserver'),
    `--etcd-servers=${store}`,
    '--bind-address=127.0.0.1',
    // Loopback may not be advertised; nobody in this cluster looks for the server.
    '--advertise-address=192.0.2.1',
    '--endpoint-reconciler-type=none',
    `--secure-port=${port}`,
    `--cert-dir=${path.join(folder, 'certificates')}`,
    `--token-auth-file=${file('tokens.csv', `${token},${ADMIN},${ADMIN},system:masters\n`)}`,
    '--authorization-mode=RBAC',
    // As kubeadm says it; the audience of tokens for the server.
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-signing-key-file=${file('service-accounts.key', privateKey)}`,
    `--service-account-key-file=${file('service-accounts.pub', publicKey)}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    '--disable-admission-plugins=ServiceAccount',
    // As in real clusters: whether a pod may be privileged is for admission to say.
    '--allow-privileged=true',
    '--shutdown-delay-duration=0s',
    `--audit-log-path=${path.join(folder, AUDIT_LOG)}`,
    `--audit-policy-file=${file('audit.json', JSON.stringify(AUDIT_POLICY))}`,
  ];
}

/** Ports that nobody listened on a moment ago. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the port is not known');
    return address.port;
  });
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
