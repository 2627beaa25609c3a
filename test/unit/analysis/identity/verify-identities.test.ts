import { describe, expect, test } from 'vitest';
import {
  ALIAS,
  clusterSpiffeId,
  clusterSpiffeIdOf,
  deployment,
  entry,
  found,
  messages,
  NODES,
  registration,
  selectorsOf,
  staticEntry,
} from './build';

const WEB = deployment('shop/web');
const ID = 'spiffe://td.test/web';
const TEMPLATE = 'spiffe://{{ .TrustDomain }}/ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}';

describe('nothing is found', () => {
  test.each([
    ['without entries', []],
    ['in an entry that names namespace, account and label', [ALIAS, entry(ID, selectorsOf('shop/web'))]],
    ['in a ClusterSPIFFEID that does', [clusterSpiffeIdOf('shop/web')]],
    ['in an ID that is made of namespace and account', [clusterSpiffeId('any', { spiffeIDTemplate: TEMPLATE })]],
    [
      'in a fallback that is not needed',
      [clusterSpiffeIdOf('shop/web'), clusterSpiffeId('any', { spiffeIDTemplate: TEMPLATE, fallback: true })],
    ],
    ['in the alias of nodes', [ALIAS]],
  ])('%s', (_, objects) => {
    expect(found(WEB, ...objects)).toEqual([]);
  });
});

describe('identity-matches-nothing', () => {
  test('names the workload that lacks one thing', () => {
    expect(
      messages(
        'identity-matches-nothing',
        WEB,
        clusterSpiffeIdOf('shop/web', { workloadSelectorTemplates: ['k8s:ns:shop', 'k8s:sa:wbe'] }),
      ),
    ).toEqual(["no workload would be issued 'spiffe://td.test/shop/web'; shop/web lacks only k8s:sa:wbe"]);
    expect(
      messages(
        'identity-matches-nothing',
        WEB,
        clusterSpiffeIdOf('shop/web', { podSelector: { matchLabels: { app: 'wbe' } } }),
      ),
    ).toEqual([
      "no workload would be issued 'spiffe://td.test/shop/web'; shop/web lacks only the labels of podSelector",
    ]);
  });

  test('names none where all lack more', () => {
    expect(messages('identity-matches-nothing', WEB, ALIAS, entry(ID, selectorsOf('else/where')))).toEqual([
      `no workload would be issued '${ID}'`,
    ]);
  });

  test('says once that there are no workloads, the registering Job aside', () => {
    const selectors = selectorsOf('shop/web').map((text) => ({ type: 'k8s', value: text.slice(4) }));
    const entries = ['a', 'b'].map((name) => ({
      spiffe_id: `spiffe://td.test/${name}`,
      parent_id: 'spiffe://td.test/spire/agent/x',
      selectors,
    }));
    expect(found(...registration(entries))).toEqual(['warning identity-matches-nothing']);
    expect(found(...registration(entries), deployment('else/where'))).toEqual([
      'error identity-matches-nothing',
      'error identity-matches-nothing',
    ]);
  });

  test('is not asked of entries that say nothing about pods', () => {
    expect(messages('identity-matches-nothing', WEB, ALIAS, entry(ID, ['unix:uid:1000']))).toEqual([]);
  });
});

describe('what an entry lacks', () => {
  test.each([
    [['k8s:ns:shop', 'k8s:pod-label:app:web'], 'error identity-by-label-alone'],
    [['k8s:pod-label:app:web'], 'error identity-by-label-alone'],
    [['k8s:ns:shop'], 'error identity-by-label-alone'],
    [[], 'error identity-by-label-alone'],
    [['unix:uid:1000'], 'warning identity-by-label-alone'],
    [['k8s:sa:web', 'k8s:pod-label:app:web'], 'error identity-selectors-incomplete'],
    [['k8s:ns:shop', 'k8s:sa:web'], 'warning identity-selectors-incomplete'],
  ])('%j', (selectors, finding) => {
    expect(found(WEB, ALIAS, entry(ID, selectors))).toEqual([finding]);
  });

  test.each([
    [{ workloadSelectorTemplates: [] }, ['error identity-by-label-alone']],
    [{ workloadSelectorTemplates: ['k8s:sa:{{ .PodSpec.ServiceAccountName }}'] }, ['error identity-by-label-alone']],
    [{ workloadSelectorTemplates: ['k8s:sa:web'] }, []],
    [{ workloadSelectorTemplates: ['k8s:sa:web'], namespaceSelector: {} }, ['error identity-selectors-incomplete']],
    [{ podSelector: {} }, ['warning identity-selectors-incomplete']],
    [
      { podSelector: { matchExpressions: [{ key: 'x', operator: 'DoesNotExist' }] } },
      ['warning identity-selectors-incomplete'],
    ],
    [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } }, []],
  ])('ClusterSPIFFEID with %j', (spec, findings) => {
    expect(found(WEB, clusterSpiffeIdOf('shop/web', spec))).toEqual(findings);
  });

  test('says who gains the identity', () => {
    expect(messages('identity-by-label-alone', WEB, ALIAS, entry(ID, ['k8s:pod-label:app:web']))).toEqual([
      `'${ID}' is registered without namespace and service account, so whoever may set the label anywhere gains it`,
    ]);
  });
});

describe('invalid-selector', () => {
  test.each(['k8s', 'k8s:', ':ns:shop', 'k8s:serviceaccount:web'])('%s', (selector) => {
    expect(found(WEB, ALIAS, entry(ID, [...selectorsOf('shop/web'), selector]))).toEqual(['error invalid-selector']);
  });

  test.each(['k8s:container-image:docker.io/x@sha256:1', 'k8s:image-signature:verified', 'unix:uid:0'])(
    '%s is one',
    (selector) => {
      expect(found(WEB, ALIAS, entry(ID, [...selectorsOf('shop/web'), selector]))).toEqual([]);
    },
  );
});

describe('invalid-entries', () => {
  test.each([
    ['{', /^entries\.json of ConfigMap spire\/register cannot be read: /],
    ['[]', /holds no list 'entries'$/],
    ['{"entries": {}}', /holds no list 'entries'$/],
    [
      '{"entries": [{}, {"spiffeId": "x"}]}',
      /^entry 2 in entries\.json .* has the field 'spiffeId', which SPIRE drops/,
    ],
  ])('%s', (text, message) => {
    expect(messages('invalid-entries', WEB, ...registration(text))).toEqual([expect.stringMatching(message)]);
  });
});

describe('parent-not-registered', () => {
  const own = entry(ID, selectorsOf('shop/web'));
  const child = (parentID: string) => staticEntry('child', { ...own.spec, parentID });

  test('nobody is the parent', () => {
    expect(messages('parent-not-registered', WEB, own)).toEqual([
      `no entry makes '${NODES}' an alias of nodes, so no agent ever issues '${ID}'`,
    ]);
  });

  test.each([
    ['an agent', [child('spiffe://td.test/spire/agent/k8s_psat/test/1')], []],
    ['the alias of nodes', [ALIAS, own], []],
    [
      'an entry below the alias',
      [
        ALIAS,
        entry('spiffe://td.test/up', selectorsOf('shop/up')),
        deployment('shop/up'),
        child('spiffe://td.test/up'),
      ],
      [],
    ],
    [
      'an entry that no agent reaches',
      [
        staticEntry('up', {
          ...own.spec,
          spiffeID: 'spiffe://td.test/up',
          parentID: ID,
          selectors: selectorsOf('shop/up'),
        }),
        deployment('shop/up'),
        child('spiffe://td.test/up'),
      ],
      ['error parent-not-registered', 'error parent-not-registered'],
    ],
    [
      'an alias of another trust domain',
      [ALIAS, child('spiffe://else.test/spire-agent')],
      ['error parent-not-registered'],
    ],
  ])('below %s', (_, objects, findings) => {
    expect(found(WEB, ...objects)).toEqual(findings);
  });
});

describe('two-registrars', () => {
  const JOB = registration([
    {
      spiffe_id: NODES,
      parent_id: 'spiffe://td.test/spire/server',
      selectors: [{ type: 'k8s_psat', value: 'cluster:test' }],
    },
  ]);

  test('a Job beside resources', () => {
    expect(messages('two-registrars', WEB, ...JOB, clusterSpiffeIdOf('shop/web'))).toEqual([
      'a Job registers the entries of ConfigMap spire/register, and the SPIRE controller manager (ClusterSPIFFEID web, (objects):4) deletes what no resource declares',
    ]);
  });

  test('either alone is fine', () => {
    expect(found(WEB, ...JOB)).toEqual([]);
    expect(found(WEB, ALIAS, clusterSpiffeIdOf('shop/web'))).toEqual([]);
  });
});

describe('missing-service-account', () => {
  const account = (namespace: string, name: string) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { namespace, name },
  });

  test.each([
    ['none is there', [], []],
    ['it is there', [account('shop', 'web')], []],
    ['others of its namespace are there', [account('shop', 'api')], ['warning missing-service-account']],
    ['those of other namespaces are there', [account('else', 'api')], []],
  ])('%s', (_, accounts, findings) => {
    expect(found(WEB, ALIAS, entry(ID, selectorsOf('shop/web')), ...accounts)).toEqual(findings);
    expect(found(WEB, clusterSpiffeIdOf('shop/web'), ...accounts)).toEqual(findings);
  });

  test('every namespace has the account default', () => {
    const objects = [deployment('shop/web', { app: 'web' }, 'default'), account('shop', 'api')];
    expect(found(...objects, ALIAS, entry(ID, ['k8s:ns:shop', 'k8s:sa:default', 'k8s:pod-label:app:web']))).toEqual([]);
  });
});
