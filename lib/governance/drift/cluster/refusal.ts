import { type Finding, type FindingsError, printable } from '../../../finding';
import { field, text } from '../../../kube/field';
import type { ApiAnswer } from './api-client';
import { clusterError } from './connection-finding';
import type { Wanted } from './read-plan';

const [UNAUTHORIZED, FORBIDDEN] = [401, 403];
/** Messages of proxies can be whole pages. */
const LONGEST_MESSAGE = 300;

/** What was asked for. */
export interface Asked {
  readonly path: string;
  readonly group?: string;
  /** Name of the resource; undefined for what every user may ask. */
  readonly resource?: string;
  readonly namespace?: string;
}

/**
 * Why a question was not answered, as a finding: what could not be read is never no drift.
 * @throws FindingsError if the cluster does not know who asks, since it will answer nothing
 */
export function refusal({ status, body }: ApiAnswer, { path, group, resource, namespace }: Asked): Finding {
  const said = text(field(body, 'message'));
  const message = said === undefined ? '' : `: ${printable(said.slice(0, LONGEST_MESSAGE))}`;
  if (status === UNAUTHORIZED) {
    throw unauthorized(path, message);
  }
  const where = { construct: `GET ${path}` };
  if (status !== FORBIDDEN) {
    const known = body === undefined ? 'what is no JSON' : `status ${status}`;
    const fix = 'check that `server` in the kubeconfig is an API server, and ask again';
    return {
      rule: 'drift-unanswered',
      severity: 'error',
      where,
      message: `the server answered with ${known}${message}`,
      fix,
    };
  }
  const rights =
    resource === undefined
      ? 'bind the ClusterRole system:discovery to whoever asks'
      : `allow it in a ${namespace === undefined ? 'ClusterRole' : `Role in ${namespace}`}: ` +
        `{apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["list"]}`;
  return { rule: 'drift-forbidden', severity: 'error', where, message: `this may not be read${message}`, fix: rights };
}

function unauthorized(path: string, message: string): FindingsError {
  const fix = 'sign in again; `kubectl auth whoami` must work with the same kubeconfig';
  return clusterError('cluster-unauthorized', `GET ${path}`, `the server does not know who asks${message}`, fix);
}

/** The cluster serves a kind, but not in the version that was rendered. */
export function versionFinding({ group, kind, version }: Wanted, versions: readonly string[]): Finding {
  return {
    rule: 'drift-version',
    severity: 'error',
    where: { construct: `${kind}.${group}` },
    message: `${group}/${version} was rendered, and the cluster serves ${versions.join(' and ')}, so that the objects cannot be compared`,
    fix: 'render a version that the cluster serves',
  };
}
