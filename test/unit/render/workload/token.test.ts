import { describe, expect, test } from 'vitest';
import { EXAMPLE_POD } from '../../../../lib/kube/workload-rule/rule';
import { serviceAccountToken } from '../../../../lib/kube/workload-rule/service-account-token';
import { type PodToken, withToken } from '../../../../lib/render/workload/token';
import { expectProblem, problemOf } from '../../model/refusal';

describe('a token', () => {
  test('is a file in every container, bound to its audience', () => {
    const first = { ...EXAMPLE_POD.containers[0], name: 'first' };
    const pod = withToken({ ...EXAMPLE_POD, initContainers: [first] }, { audience: 'control-plane', lifetime: 600 });
    expect(pod.volumes).toEqual([
      {
        name: 'audience-token',
        projected: {
          sources: [{ serviceAccountToken: { audience: 'control-plane', expirationSeconds: 600, path: 'token' } }],
        },
      },
    ]);
    for (const container of [...(pod.initContainers ?? []), ...(pod.containers ?? [])]) {
      expect(container.volumeMounts).toEqual([
        { name: 'audience-token', mountPath: '/var/run/secrets/tokens', readOnly: true },
      ]);
    }
    expect([...serviceAccountToken.find({ spec: pod }, {})]).toEqual([]);
  });

  test('is given once', () => {
    const once = withToken(EXAMPLE_POD, { audience: 'a' });
    expect(withToken(once, { audience: 'a' })).toEqual(once);
    expectProblem(
      problemOf(() => withToken(once, { audience: 'b' })),
      /has a volume 'audience-token' already/,
      /another name/,
    );
  });

  test.each<[PodToken, RegExp]>([
    [{ audience: '' }, /audience/],
    [{ audience: 'a b' }, /audience/],
    [{ audience: 'a', lifetime: 599 }, /599 seconds/],
    [{ audience: 'a', lifetime: 3601 }, /3601 seconds/],
    [{ audience: 'a', lifetime: Number.NaN }, /NaN seconds/],
    [{ audience: 'a', directory: 'run' }, /no absolute path/],
    [{ audience: 'a', directory: '/run/../etc' }, /no absolute path/],
  ])('is not %j', (token, message) => {
    expectProblem(
      problemOf(() => withToken(EXAMPLE_POD, token)),
      message,
      /\w/,
    );
  });
});
