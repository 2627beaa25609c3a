import { describe, expect, test } from 'vitest';
import { verifyIdentities } from '../../../../lib/analysis/identity/verify-identities';
import { loadManifests } from '../../../../lib/analysis/load/load';
import { ALIAS, clusterSpiffeId, deployment, entry, registration, verify } from './build';

const WEB = deployment('shop/web', { app: 'web', tier: 'front' });
const API = deployment('shop/api', { app: 'api', tier: 'back' });
const OTHER = deployment('other/web', { app: 'web', tier: 'front' });

function matched(declared: unknown): readonly string[] {
  const { entries } = verify(declared, WEB, API, OTHER);
  return entries.flatMap(({ workloads }) => workloads.map(({ namespace, name }) => `${namespace}/${name}`));
}

describe('selectors', () => {
  test.each([
    [['k8s:ns:shop'], ['shop/web', 'shop/api']],
    [['k8s:sa:web'], ['shop/web', 'other/web']],
    [['k8s:ns:shop', 'k8s:sa:web'], ['shop/web']],
    [['k8s:pod-label:tier:front'], ['shop/web', 'other/web']],
    [['k8s:ns:shop', 'k8s:pod-label:tier:front', 'k8s:pod-label:app:web'], ['shop/web']],
    [['k8s:pod-label:tier'], []],
    [['k8s:pod-label:toString:x'], []],
    [['k8s:ns:sho'], []],
    // What manifests do not tell does not rule out.
    [['k8s:ns:shop', 'k8s:sa:web', 'k8s:container-name:main'], ['shop/web']],
    [['k8s:ns:shop', 'k8s:sa:web', 'unix:uid:1000'], ['shop/web']],
    // Nothing here is about pods.
    [['unix:uid:1000'], []],
  ])('%j', (selectors, workloads) => {
    expect(matched(entry('spiffe://td.test/x', selectors))).toEqual(workloads);
  });

  test('a label of the namespace is judged where its manifest is there', () => {
    const declared = entry('spiffe://td.test/x', ['k8s:ns-label:team:a', 'k8s:sa:web']);
    const namespace = (name: string, team: string) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { team } },
    });
    const { entries } = verify(declared, WEB, OTHER, namespace('shop', 'a'), namespace('other', 'b'));
    expect(entries[0]?.workloads.map(({ namespace }) => namespace)).toEqual(['shop']);
  });
});

describe('ClusterSPIFFEID', () => {
  test.each([
    [{}, ['shop/web', 'shop/api', 'other/web']],
    [{ podSelector: {}, namespaceSelector: {} }, ['shop/web', 'shop/api', 'other/web']],
    [{ podSelector: { matchLabels: { tier: 'front' } } }, ['shop/web', 'other/web']],
    [{ podSelector: { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['front'] }] } }, ['shop/api']],
    [{ podSelector: { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] } }, []],
    [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } } }, ['other/web']],
    [
      {
        namespaceSelector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['shop'] }],
        },
      },
      ['other/web'],
    ],
    [{ podSelector: { matchLabels: { tier: 'front' } }, workloadSelectorTemplates: ['k8s:ns:shop'] }, ['shop/web']],
    [{ workloadSelectorTemplates: ['k8s:sa:api'] }, ['shop/api']],
    [{ workloadSelectorTemplates: ['k8s:ns:{{ .PodMeta.Namespace }}', 'k8s:sa:web'] }, ['shop/web', 'other/web']],
  ])('%j', (spec, workloads) => {
    expect(matched(clusterSpiffeId('x', { spiffeIDTemplate: 'spiffe://td.test/x', ...spec }))).toEqual(workloads);
  });

  test('a fallback is for pods that no other one selects', () => {
    const { entries } = verify(
      WEB,
      API,
      clusterSpiffeId('default', { spiffeIDTemplate: 'spiffe://td.test/any', fallback: true }),
      clusterSpiffeId('web', { spiffeIDTemplate: 'spiffe://td.test/w', podSelector: { matchLabels: { app: 'web' } } }),
    );
    expect(entries.map(({ spiffeId, workloads }) => [spiffeId, workloads.map(({ name }) => name)])).toEqual([
      ['spiffe://td.test/any', ['api']],
      ['spiffe://td.test/w', ['web']],
    ]);
  });

  test('keeps what it says about lifetimes, hint and class', () => {
    const said = { ttl: '1h0m0s', jwtTtl: '5m0s', hint: 'main', className: 'blue' };
    const { entries } = verify(clusterSpiffeId('x', { spiffeIDTemplate: 'spiffe://td.test/x', ...said }));
    expect(entries).toMatchObject([{ ...said, registrar: 'ClusterSPIFFEID', object: 'ClusterSPIFFEID x', line: 1 }]);
  });

  test('another group of the same kind is none', () => {
    expect(verify({ apiVersion: 'example.com/v1', kind: 'ClusterSPIFFEID', metadata: { name: 'x' } }).entries).toEqual(
      [],
    );
  });
});

describe('Jobs', () => {
  const ENTRY = {
    spiffe_id: 'spiffe://td.test/x',
    parent_id: 'spiffe://td.test/spire-agent',
    selectors: [
      { type: 'k8s', value: 'ns:shop' },
      { type: 'k8s', value: 'sa:web' },
    ],
    x509_svid_ttl: 3600,
    jwt_svid_ttl: 300,
    hint: 'main',
  };

  test('read what they mount', () => {
    expect(verify(...registration([ENTRY]), WEB, API).entries).toMatchObject([
      {
        spiffeId: 'spiffe://td.test/x',
        parentId: 'spiffe://td.test/spire-agent',
        registrar: 'Job',
        object: 'ConfigMap spire/register',
        ttl: '3600s',
        jwtTtl: '300s',
        hint: 'main',
        workloads: [{ namespace: 'shop', name: 'web' }],
      },
    ]);
  });

  test('names of fields count in any case, as they do to Go', () => {
    const { spiffe_id, ...rest } = ENTRY;
    const { entries, findings } = verify(...registration([{ ...rest, Spiffe_ID: spiffe_id }]), WEB, ALIAS);
    expect(entries.map(({ spiffeId }) => spiffeId)).toContain('spiffe://td.test/x');
    expect(findings.filter(({ rule }) => rule === 'invalid-entries')).toEqual([]);
  });

  const [configMap, job] = registration([ENTRY]);
  const podSpec = (volumes: unknown) => ({ template: { spec: { volumes } } });
  test.each([
    ['a CronJob', { ...job, kind: 'CronJob', spec: { jobTemplate: { spec: job?.spec } } }, 1],
    [
      'a projected volume',
      { ...job, spec: podSpec([{ projected: { sources: [{ configMap: { name: 'register' } }] } }]) },
      1,
    ],
    ['another ConfigMap', { ...job, spec: podSpec([{ configMap: { name: 'else' } }]) }, 0],
    ['another namespace', { ...job, metadata: { name: 'register', namespace: 'else' } }, 0],
    ['a Deployment', { ...job, apiVersion: 'apps/v1', kind: 'Deployment' }, 0],
  ])('that of %s', (_, mounting, entries) => {
    expect(verify(configMap, mounting, WEB).entries).toHaveLength(entries);
  });
});

test('components of an inventory are workloads', () => {
  const manifests = loadManifests(['-'], {
    stdin: () =>
      JSON.stringify(
        clusterSpiffeId('x', { spiffeIDTemplate: 'spiffe://td.test/x', workloadSelectorTemplates: ['k8s:sa:web'] }),
      ),
  });
  const component = { kind: 'Component', labels: {}, hostNetwork: false, ports: [], addresses: [] };
  const workloads = ['web', 'api'].map((name) => ({ ...component, namespace: 'shop', name, serviceAccount: name }));
  const { entries } = verifyIdentities({ ...manifests, workloads });
  expect(entries[0]?.workloads).toEqual([workloads[0]]);
});
