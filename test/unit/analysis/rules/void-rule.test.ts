import { describe, expect, test } from 'vitest';
import { voidRule } from '../../../../lib/analysis/rules/void-rule';
import { voidingRule } from '../../../../lib/analysis/rules/voiding-rule';
import { cnp, findings, np, workload } from './build';

const workloads = [workload('a', 'web'), workload('a', 'db'), workload('b', 'client'), workload('b', 'other')];
const DB = 'podSelector: {matchLabels: {app: db}}';
const ingress = (name: string, rules: string) => np('a', name, `${DB}\ningress:\n${rules}`);
const WEB_5432 = '- from: [{podSelector: {matchLabels: {app: web}}}]\n  ports: [{port: 5432}]';

describe('covered', () => {
  test('by a wider rule of another policy, which is named with its line', () => {
    const yaml =
      ingress('narrow', WEB_5432) + np('a', 'wide', 'podSelector: {}\ningress:\n- from: [{podSelector: {}}]');
    expect(findings(voidRule, { yaml, workloads })).toEqual([
      'warning: the ingress rule from pods with app=web in namespace a on TCP 5432 changes nothing: all of it is allowed already by NetworkPolicy a/wide (-:21)',
    ]);
  });

  test('by several rules together', () => {
    const range = '- from: [{podSelector: {matchLabels: {app: web}}}]\n  ports: [{port: 1, endPort: 100}]';
    const low = '- from: [{podSelector: {}}]\n  ports: [{port: 1, endPort: 50}]';
    const high = '- from: [{podSelector: {}}]\n  ports: [{port: 51, endPort: 100}]';
    const yaml = ingress('range', range) + ingress('parts', `${low}\n${high}`);
    const [only, second] = findings(voidRule, { yaml, workloads });
    expect(second).toBeUndefined();
    expect(only).toContain('allowed already by NetworkPolicy a/parts (-:21), NetworkPolicy a/parts (-:23)');
  });

  test('of two that say the same, the later one is a note', () => {
    const yaml = ingress('first', WEB_5432) + ingress('second', WEB_5432);
    expect(findings(voidRule, { yaml, workloads })).toEqual([
      expect.stringMatching(/^info: .* says what NetworkPolicy a\/first \(-:10\) says already$/),
    ]);
  });

  test('by a deny that takes all of it', () => {
    const spec = `endpointSelector: {matchLabels: {app: db}}
ingress:
- fromEndpoints: [{matchLabels: {app: web}}]
  toPorts: [{ports: [{port: "22", protocol: TCP}]}]
ingressDeny:
- fromEndpoints: [{}]`;
    expect(findings(voidRule, { yaml: cnp('a', 'p', spec), workloads })).toEqual([
      expect.stringContaining(
        'on TCP 22 allows nothing: CiliumNetworkPolicy a/p (-:13) denies all of it, and deny wins',
      ),
    ]);
  });

  test('all but for its authentication', () => {
    const spec = `endpointSelector: {matchLabels: {app: db}}
ingress:
- fromEndpoints: [{}]
- fromEndpoints: [{matchLabels: {app: web}}]
  authentication: {mode: required}
  toPorts: [{ports: [{port: "5432", protocol: TCP}]}]`;
    expect(findings(voidRule, { yaml: cnp('a', 'p', spec), workloads })).toEqual([
      expect.stringContaining('only the authentication that it requires still counts'),
    ]);
  });

  test('names that another list of names matches', () => {
    const rule = (name: string) => `
- toEndpoints: [{matchLabels: {app: web}}]
  toPorts:
  - ports: [{port: "53", protocol: UDP}]
    rules: {dns: [{matchPattern: "${name}"}]}`;
    const yaml = cnp(
      'a',
      'p',
      `endpointSelector: {matchLabels: {app: db}}\negress:${rule('*.example.com')}${rule('api.example.com')}`,
    );
    expect(findings(voidRule, { yaml, workloads })).toHaveLength(1);
    const apart = cnp(
      'a',
      'p',
      `endpointSelector: {matchLabels: {app: db}}\negress:${rule('*.example.com')}${rule('api.example.org')}`,
    );
    expect(findings(voidRule, { yaml: apart, workloads })).toEqual([]);
  });

  test('requests of a method to any path hold those to one', () => {
    const rule = (request: string) => `
- fromEndpoints: [{matchLabels: {app: web}}]
  toPorts:
  - ports: [{port: "80", protocol: TCP}]
    rules: {http: [${request}]}`;
    const beside = (request: string) =>
      findings(voidRule, {
        yaml: cnp(
          'a',
          'p',
          `endpointSelector: {matchLabels: {app: db}}\ningress:${rule('{method: GET, path: /v1}')}${rule(request)}`,
        ),
        workloads,
      });
    expect(beside('{method: GET}')).toEqual([expect.stringContaining('changes nothing: all of it is allowed already')]);
    expect(beside('{method: GET, path: /v2}')).toEqual([]);
    expect(beside('{method: GETS}')).toEqual([]);
  });

  test('by a name of a port', () => {
    const named = [
      workload('a', 'web'),
      workload('a', 'db', { ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }] }),
    ];
    const byName = '- from: [{podSelector: {matchLabels: {app: web}}}]\n  ports: [{port: sql}]';
    const yaml = ingress('number', WEB_5432) + ingress('name', byName);
    expect(findings(voidRule, { yaml, workloads: named })).toHaveLength(1);
  });
});

describe('not covered', () => {
  test.each([
    ['other ports', '- from: [{podSelector: {}}]\n  ports: [{port: 80}]'],
    ['other protocol', '- from: [{podSelector: {}}]\n  ports: [{port: 5432, protocol: UDP}]'],
    ['other peers', '- from: [{podSelector: {matchLabels: {app: other}}}]'],
  ])('%s', (_, rule) => {
    const yaml = ingress('one', WEB_5432) + ingress('two', rule);
    expect(findings(voidRule, { yaml, workloads }).filter((text) => text.includes('already'))).toEqual([]);
  });

  test('a rule for a namespace is more than its only pod', () => {
    const pods = [workload('a', 'db'), workload('b', 'client')];
    const all = '- from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: b}}}]';
    const one =
      '- from:\n  - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: b}}\n    podSelector: {matchLabels: {app: client}}';
    expect(findings(voidRule, { yaml: ingress('all', all) + ingress('one', one), workloads: pods })).toEqual([
      expect.stringContaining('from pods with app=client in namespace b on every port changes nothing'),
    ]);
  });

  test('a rule that counts for some of its pods', () => {
    const yaml = np('a', 'all', `podSelector: {}\ningress:\n${WEB_5432}`) + ingress('db', WEB_5432);
    expect(findings(voidRule, { yaml, workloads })).toEqual([expect.stringContaining('says what NetworkPolicy a/all')]);
    const wide =
      np('a', 'all', `podSelector: {}\ningress:\n${WEB_5432}`) + ingress('db', '- from: [{podSelector: {}}]');
    expect(findings(voidRule, { yaml: wide, workloads })).toEqual([]);
  });

  const authenticated = (first: string, second: string) =>
    cnp(
      'a',
      'p',
      `endpointSelector: {matchLabels: {app: db}}
ingress:
- fromEndpoints: [{matchLabels: {app: web}}]${first}
- fromEndpoints: [{matchLabels: {app: web}}]${second}
  toPorts: [{ports: [{port: "5432", protocol: TCP}]}]`,
    );
  const mode = (which: string) => `\n  authentication: {mode: ${which}}`;

  test('not the same as one that differs in authentication', () => {
    const yaml = cnp(
      'a',
      'p',
      `endpointSelector: {}\ningress:\n- fromEndpoints: [{}]\n- fromEndpoints: [{}]${mode('required')}`,
    );
    expect(findings(voidRule, { yaml, workloads })).toEqual([
      expect.stringContaining('only the authentication that it requires still counts'),
    ]);
  });

  test('silent: one that switches authentication off', () => {
    const yaml = authenticated(mode('required'), mode('disabled'));
    expect(findings(voidRule, { yaml, workloads })).toEqual([]);
    expect(findings(voidingRule, { yaml, workloads })).toEqual([]);
    const [nobodyRequires] = findings(voidRule, { yaml: authenticated('', mode('disabled')), workloads });
    expect(nobodyRequires).toContain('changes nothing: all of it is allowed already');
  });

  test('rules of a policy that only observes, by what they would allow', () => {
    const spec =
      'endpointSelector: {}\nenableDefaultDeny: {ingress: false, egress: false}\ningress:\n- fromEndpoints: [{matchLabels: {app: web}}]';
    expect(findings(voidRule, { yaml: cnp('a', 'p', spec), workloads })).toEqual([]);
  });
});

describe('nobody', () => {
  test('labels that no pod of a known namespace has', () => {
    const yaml = ingress('p', '- from: [{podSelector: {matchLabels: {app: wbe}}}]');
    expect(findings(voidRule, { yaml, workloads })).toEqual([
      expect.stringContaining('no pod in the manifests matches pods with app=wbe in namespace a'),
    ]);
  });

  test('silent where no pod of the namespace is known', () => {
    const yaml = ingress('p', '- from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: unknown}}}]');
    expect(findings(voidRule, { yaml, workloads })).toEqual([]);
  });

  test('an empty list is a note, a rule {} denies by default', () => {
    const spec = 'endpointSelector: {}\ningress: [{}]\negress:\n- toEndpoints: []';
    expect(findings(voidRule, { yaml: cnp('a', 'p', spec), workloads })).toEqual([
      expect.stringMatching(/^info: the egress rule to nobody on every port is for nobody/),
    ]);
  });

  test('silent: a Service that is not there is found when the rule is read', () => {
    const spec = 'endpointSelector: {}\negress:\n- toServices: [{k8sService: {serviceName: gone, namespace: a}}]';
    expect(findings(voidRule, { yaml: cnp('a', 'p', spec), workloads })).toEqual([]);
  });

  test('a name that no port has', () => {
    const named = [
      workload('a', 'web'),
      workload('a', 'db', { ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }] }),
    ];
    const yaml = ingress('p', '- from: [{podSelector: {matchLabels: {app: web}}}]\n  ports: [{port: slq}]');
    expect(findings(voidRule, { yaml, workloads: named })).toEqual([expect.stringContaining("a port named TCP 'slq'")]);
  });
});

describe('deny', () => {
  const deny = (allow: string) =>
    cnp('a', 'p', `endpointSelector: {}\negress:\n${allow}\negressDeny:\n- toCIDRSet: [{cidr: 169.254.169.254/32}]`);

  test('of what nothing allows is a note', () => {
    expect(findings(voidRule, { yaml: deny('- {}'), workloads })).toEqual([
      expect.stringMatching(/^info: .* denies nothing: no rule for these pods allows any of it$/),
    ]);
  });

  test('silent: of the node, which no rule has to let in', () => {
    const yaml = cnp('a', 'p', 'endpointSelector: {}\ningress: [{}]\ningressDeny:\n- fromEntities: [host]');
    expect(findings(voidRule, { yaml, workloads })).toEqual([]);
  });

  test.each([
    ['a block around it is allowed', '- toCIDR: [169.254.0.0/16]'],
    ['a name may resolve to it', '- toFQDNs: [{matchName: api.example.com}]'],
  ])('silent: %s', (_, allow) => {
    expect(findings(voidRule, { yaml: deny(allow), workloads })).toEqual([]);
  });

  test('silent where everything is open', () => {
    const yaml = cnp(
      'a',
      'p',
      'endpointSelector: {}\nenableDefaultDeny: {ingress: false, egress: false}\negressDeny:\n- toCIDR: [169.254.169.254/32]',
    );
    expect(findings(voidRule, { yaml, workloads })).toEqual([]);
  });
});
