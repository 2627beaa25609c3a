import { InvalidValueError, type Problem, quoted } from '../../finding';
import type { PodSpec } from '../../kube/pod';
import { LONGEST_TOKEN } from '../../kube/workload-rule/service-account-token';
import { withMountedVolume } from './pod-part';

/** A token of its service account that a pod presents to one other party, and that is good for nobody else. */
export interface PodToken {
  /** Whom it is for, as that party checks it. */
  readonly audience: string;
  /**
   * Seconds, 600 to 3600. The kubelet renews it when four fifths are over.
   * @default 3600
   */
  readonly lifetime?: number;
  /**
   * The service account whose token it is, which others may not use.
   * @default - the one of the pods' identity
   */
  readonly serviceAccount?: string;
  /**
   * Directory of the file `token`.
   * @default /var/run/secrets/tokens
   */
  readonly directory?: string;
}

/** What the API server does not go below. */
const SHORTEST_TOKEN = 600;
const VOLUME = 'audience-token';

/**
 * What is wrong with a token.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/ (`expirationSeconds`)
 */
export function podTokenProblem({
  audience,
  lifetime = LONGEST_TOKEN,
  directory = '/',
}: PodToken): Problem | undefined {
  if (!/^[!-~]+$/.test(audience)) {
    return { message: `audience ${quoted(audience)} is empty or holds blanks`, fix: 'name who checks the token' };
  }
  if (!Number.isInteger(lifetime) || lifetime < SHORTEST_TOKEN || lifetime > LONGEST_TOKEN) {
    return {
      message: `a token for ${lifetime} seconds`,
      fix: `say ${SHORTEST_TOKEN} to ${LONGEST_TOKEN} seconds: Kubernetes issues none for less, and more outlives a theft`,
    };
  }
  return directory.startsWith('/') && !directory.includes('..')
    ? undefined
    : { message: `${quoted(directory)} is no absolute path`, fix: "write an absolute path without '..'" };
}

/**
 * A pod with the token as a file in every container. It is bound to the pod: with the pod ends the token, which a check of
 * every request notices.
 * @see https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken
 * @throws InvalidValueError for what podTokenProblem() names
 */
export function withToken(spec: PodSpec, token: PodToken): PodSpec {
  const problem = podTokenProblem(token);
  if (problem !== undefined) throw new InvalidValueError(problem);
  const { audience, lifetime = LONGEST_TOKEN, directory = '/var/run/secrets/tokens' } = token;
  const serviceAccountToken = { audience, expirationSeconds: lifetime, path: 'token' };
  return withMountedVolume(
    spec,
    { name: VOLUME, projected: { sources: [{ serviceAccountToken }] } },
    { name: VOLUME, mountPath: directory, readOnly: true },
  );
}
