import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions, request as requestHttps } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node' with { 'resolution-mode': 'import' };
import { didYouMean } from '../../../environment/did-you-mean';
import { systemReason } from '../../../environment/file-text';
import { quoted } from '../../../finding';
import type { ApiAnswer, ApiClient, ConnectOptions } from './api-client';
import { clusterError, unreachable } from './connection-finding';

const DEFAULT_TIMEOUT = 30;
/** Where the client library looks if there is neither a kubeconfig nor a service account. */
const NOWHERE = 'http://localhost:8080';

/**
 * Opens the way to a cluster, with the credentials that kubectl would use. What comes back can only read.
 *
 * Objects are taken as the server sends them: the library's typed client leaves out fields that it does not know, and
 * such a field may be what somebody changed.
 * @throws FindingsError if the kubeconfig cannot be used
 */
export async function connect(options: ConnectOptions): Promise<ApiClient> {
  const config = await load(options);
  const name = config.getCurrentContext();
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    const message = `the context ${quoted(name)} names no cluster`;
    throw clusterError('kubeconfig', fileText(options), message, 'correct `contexts` and `clusters` in the kubeconfig');
  }
  const server = serverUrl(cluster.server, options);
  const timeout = options.timeout ?? DEFAULT_TIMEOUT;
  // The library makes a new connection for each request; only the way through a proxy is left to it.
  const kept = server.protocol === 'http:' ? new HttpAgent({ keepAlive: true }) : new HttpsAgent({ keepAlive: true });
  return {
    name,
    get: async (path) => {
      const request: RequestOptions = {};
      await authenticate(config, request, options);
      if (!cluster.proxyUrl) request.agent = kept;
      try {
        return await answerOf(new URL(server.href.replace(/\/$/, '') + path), request, timeout);
      } catch (error) {
        throw unreachable(server.href, error, timeout);
      }
    },
  };
}

/** The client trips over what is YAML and no kubeconfig, and quotes what is no YAML over several lines. */
function reasonOf(error: unknown): string {
  if (error instanceof TypeError) return 'it is empty, or no kubeconfig';
  return systemReason(error).split('\n')[0] as string;
}

async function load(options: ConnectOptions): Promise<KubeConfig> {
  // A library of this size is loaded by those alone who ask a cluster.
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  const where = fileText(options);
  try {
    if (options.kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(options.kubeconfig);
  } catch (error) {
    const fix = 'check the file, or name another with --kubeconfig';
    throw clusterError('kubeconfig', where, `the kubeconfig cannot be read: ${reasonOf(error)}`, fix);
  }
  if (config.getCurrentCluster()?.server === NOWHERE && options.kubeconfig === undefined) {
    const message = 'there is no kubeconfig, and no service account of a pod';
    throw clusterError('kubeconfig', where, message, 'name one with --kubeconfig, or compare with --against <dir>');
  }
  const known = (config.getContexts() ?? []).map(({ name }) => name);
  if (options.context !== undefined) config.setCurrentContext(options.context);
  const current = config.getCurrentContext();
  if (!current || !known.includes(current)) {
    const message = current ? `there is no context ${quoted(current)}` : 'the kubeconfig has no current context';
    const all = known.length === 0 ? 'it has none' : `it has ${known.map(quoted).join(', ')}`;
    const fix = `name one with --context: ${all}${current ? didYouMean(current, known) : ''}`;
    throw clusterError('kubeconfig', where, message, fix);
  }
  return config;
}

function fileText({ kubeconfig }: ConnectOptions): string {
  return kubeconfig ?? (process.env.KUBECONFIG || '~/.kube/config');
}

function serverUrl(server: string, options: ConnectOptions): URL {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  const message = `${quoted(server)} is no address of a server`;
  throw clusterError('kubeconfig', fileText(options), message, 'write https://host:port into `server`');
}

/** For every request anew: tokens run out. */
async function authenticate(config: KubeConfig, request: RequestOptions, options: ConnectOptions): Promise<void> {
  try {
    await config.applyToHTTPSOptions(request);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const fix = 'see what the user of the context needs; `kubectl auth whoami` must work first';
    throw clusterError('kubeconfig', fileText(options), `the credentials cannot be used: ${reason}`, fix);
  }
}

/** Nothing else than a GET is ever sent. */
function answerOf(url: URL, options: RequestOptions, seconds: number): Promise<ApiAnswer> {
  const send = url.protocol === 'http:' ? requestHttp : requestHttps;
  const signal = AbortSignal.timeout(seconds * 1000);
  const headers = { ...options.headers, accept: 'application/json' };
  return new Promise((resolve, reject) => {
    const request = send(url, { ...options, headers, method: 'GET', signal }, (response) => {
      read(response).then(resolve, reject);
    });
    request.on('error', reject);
    request.end();
  });
}

async function read(response: IncomingMessage): Promise<ApiAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const after = Number(response.headers['retry-after']);
  return {
    status: response.statusCode ?? 0,
    body: json(Buffer.concat(chunks).toString('utf8')),
    ...(Number.isFinite(after) ? { retryAfter: after } : {}),
  };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
