import { type Problem, quoted } from '../../finding';
import { segmentProblem } from './spiffe-id';
import { trustDomainProblem } from './trust-domain';

/** `mtls`: no connection without a verified client; `optional`: the way back, in which agents fall back to plain TLS. */
export type TlsMode = 'mtls' | 'optional';

export const TLS_MODES: readonly TlsMode[] = Object.freeze(['mtls', 'optional']);

/** Where seed 000 and the SPIFFE CSI driver put the socket of the Workload API. */
export const WORKLOAD_API_SOCKET = '/run/spire/sockets/agent.sock';

/** How the control plane authenticates those who call it. */
export interface ControlPlaneTls {
  readonly mode: TlsMode;
  /** Socket of the Workload API in the pod. */
  readonly socketPath: string;
  readonly trustDomain: string;
  /** Whom it lets in: SPIFFE IDs, or `spiffe://td/agent/*` for everything below a path. */
  readonly allowedSpiffeIds: readonly string[];
}

/** How agents authenticate themselves to the control plane. */
export interface AgentTls {
  readonly mode: TlsMode;
  readonly socketPath: string;
  /** `https://control-plane.portarium-system.svc:443`. */
  readonly baseUrl: string;
}

/** Everything that is wrong with the control plane's part. */
export function controlPlaneTlsProblems(tls: ControlPlaneTls): readonly Problem[] {
  const { trustDomain, allowedSpiffeIds } = tls;
  const domain = trustDomainProblem(trustDomain);
  return [
    modeProblem(tls.mode),
    socketPathProblem(tls.socketPath),
    domain,
    allowedSpiffeIds.length > 0
      ? undefined
      : { message: 'nobody is allowed to call the control plane', fix: 'name the SPIFFE IDs of its callers' },
    ...allowedSpiffeIds.map((text) => allowedSpiffeIdProblem(text, domain === undefined ? trustDomain : undefined)),
  ].filter((problem) => problem !== undefined);
}

/** Everything that is wrong with the agents' part. */
export function agentTlsProblems(tls: AgentTls): readonly Problem[] {
  return [modeProblem(tls.mode), socketPathProblem(tls.socketPath), baseUrlProblem(tls.baseUrl)].filter(
    (problem) => problem !== undefined,
  );
}

function modeProblem(mode: string): Problem | undefined {
  if (TLS_MODES.some((known) => known === mode)) return undefined;
  return { message: `${quoted(mode)} is not a TLS mode`, fix: `use one of ${TLS_MODES.join(', ')}` };
}

/**
 * What keeps a text from being the path of a Unix socket in a directory of its own: the directory is mounted, so it
 * cannot be the root. The kernel holds 107 bytes.
 * @see https://man7.org/linux/man-pages/man7/unix.7.html (`sun_path`)
 */
export function socketPathProblem(path: string): Problem | undefined {
  const bytes = Buffer.byteLength(path);
  if (bytes > 107) return { message: `the socket path has ${bytes} bytes`, fix: 'shorten it to 107 bytes at most' };
  const [root, ...segments] = path.split('/');
  const plain = segments.every((segment) => /^[A-Za-z0-9._-]+$/.test(segment) && segment !== '.' && segment !== '..');
  if (root === '' && segments.length > 1 && plain) return undefined;
  return {
    message: `${quoted(path)} is not the path of a socket in a directory`,
    fix: `write an absolute path without '.', '..' and blanks, such as '${WORKLOAD_API_SOCKET}'`,
  };
}

/**
 * What keeps a text from standing in the control plane's list. SPIFFE knows no wildcards; this one is the control
 * plane's own, and only covers whole segments below a named path: `spiffe://td/*` would let in every workload there is.
 */
export function allowedSpiffeIdProblem(text: string, trustDomain?: string): Problem | undefined {
  const [domain = '', ...path] = text.replace(/^spiffe:\/\//, '').split('/');
  const isPattern = path.at(-1) === '*';
  const named = isPattern ? path.slice(0, -1) : path;
  if (!text.startsWith('spiffe://')) {
    return { message: `${quoted(text)} is not a SPIFFE ID`, fix: 'write spiffe://trust-domain/path' };
  }
  const problem = trustDomainProblem(domain) ?? named.map(segmentProblem).find((found) => found !== undefined);
  if (problem !== undefined) return problem;
  if (named.length === 0) {
    return {
      message: `${quoted(text)} would let in every workload of the trust domain`,
      fix: "name a path, such as 'spiffe://portarium.dev/agent/*'",
    };
  }
  if (trustDomain === undefined || domain === trustDomain) return undefined;
  return {
    message: `${quoted(text)} belongs to another trust domain than '${trustDomain}'`,
    fix: `name callers in '${trustDomain}'`,
  };
}

/** What keeps a text from being the address of the control plane: HTTPS, a host, and nothing that would be logged. */
export function baseUrlProblem(text: string): Problem | undefined {
  // The parser drops blanks and control characters that a client would not.
  const url = /^[!-~]+$/.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  const fix = "write https://host:port, such as 'https://control-plane.portarium-system.svc:443'";
  if (url === undefined) return { message: `${quoted(text)} is not a URL`, fix };
  // A URL may hold a password, which must not end up in the log of a build.
  if (url.username !== '' || url.password !== '') return { message: 'the base URL holds credentials', fix };
  if (url.protocol !== 'https:') return { message: `${quoted(text)} is not HTTPS, so nobody is verified`, fix };
  if (url.search === '' && url.hash === '' && !/[?#]/.test(text)) return undefined;
  return { message: `${quoted(text)} holds a query or a fragment`, fix };
}
