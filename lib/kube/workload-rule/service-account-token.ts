import { field, list } from '../field';
import { EXAMPLE_POD, type WorkloadRule } from './rule';

/** Seconds that a token may live: an hour, which is also what Kubernetes takes if nobody says anything. */
export const LONGEST_TOKEN = 3600;

const projecting = (serviceAccountToken: object) => ({
  ...EXAMPLE_POD,
  volumes: [{ name: 'token', projected: { sources: [{ serviceAccountToken }] } }],
});

/**
 * Finds tokens that are good for the API server, for anybody, or for long. A token for one audience that ends soon is worth
 * little to whoever steals it.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
 */
export const serviceAccountToken: WorkloadRule = {
  id: 'service-account-token',
  title: 'A token that is good for the API server, for anybody or for long',
  *find({ spec }) {
    if (spec.automountServiceAccountToken !== false) {
      yield {
        path: ['automountServiceAccountToken'],
        message: 'every container gets a token for the API server',
        fix: 'set automountServiceAccountToken to false; if the pod talks to the API server, exempt it with a reason',
      };
    }
    for (const [index, volume] of list(spec.volumes).entries()) {
      const sources = list(field(field(volume, 'projected'), 'sources'));
      for (const [position, source] of sources.entries()) {
        const token = field(source, 'serviceAccountToken');
        if (token === undefined) continue;
        const path = ['volumes', index, 'projected', 'sources', position, 'serviceAccountToken'];
        const of = `the token of volume '${field(volume, 'name')}'`;
        if ((field(token, 'audience') ?? '') === '') {
          yield { path, message: `${of} is for the API server`, fix: 'name its audience' };
        }
        const seconds = field(token, 'expirationSeconds') ?? LONGEST_TOKEN;
        if (typeof seconds === 'number' && seconds <= LONGEST_TOKEN) continue;
        const fix = `set expirationSeconds to ${LONGEST_TOKEN} or less`;
        yield { path, message: `${of} is good for ${seconds} seconds`, fix };
      }
    }
  },
  validations: () => [
    {
      expression:
        'has(variables.pod.automountServiceAccountToken) && variables.pod.automountServiceAccountToken == false',
      message: 'a pod needs automountServiceAccountToken: false',
    },
    {
      expression: `variables.volumes.all(v, !has(v.projected) || !has(v.projected.sources) || v.projected.sources.all(s, !has(s.serviceAccountToken) || (has(s.serviceAccountToken.audience) && s.serviceAccountToken.audience != '' && (!has(s.serviceAccountToken.expirationSeconds) || s.serviceAccountToken.expirationSeconds <= ${LONGEST_TOKEN}))))`,
      message: 'a token needs an audience, and to end within an hour',
    },
  ],
  examples: {
    good: {
      none: EXAMPLE_POD,
      'for-an-audience': projecting({ audience: 'control-plane', expirationSeconds: 600, path: 'token' }),
      'default-lifetime': projecting({ audience: 'control-plane', path: 'token' }),
    },
    bad: {
      mounted: { ...EXAMPLE_POD, automountServiceAccountToken: true },
      'nobody-said': { containers: EXAMPLE_POD.containers },
      'no-audience': projecting({ path: 'token' }),
      'long-lived': projecting({ audience: 'control-plane', expirationSeconds: 86_400, path: 'token' }),
    },
  },
};
