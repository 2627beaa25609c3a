import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { hasTool, manifests, repository, requireManifests, run, yamlFiles } from './support';
import { row } from './table/row';

interface Report {
  readonly checked: number;
  readonly ignored: number;
  readonly errors: readonly {
    readonly file: string;
    readonly document: number;
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly error: string;
  }[];
}

function check(files: readonly string[]): { code: number | null; report: Report } {
  const { code, stdout, stderr } = run('cilium-policy', files);
  if (code !== 0 && code !== 1) {
    throw new Error(`cilium-policy ended with ${code}: ${stderr}`);
  }
  return { code, report: JSON.parse(stdout) as Report };
}

function ciliumPolicy(spec: object): object {
  return {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { name: 'policy', namespace: 'agents' },
    spec: { endpointSelector: {}, ...spec },
  };
}

function networkPolicy(spec: object): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'policy', namespace: 'agents' },
    spec: { podSelector: {}, ...spec },
  };
}

const ports = (count: number) => Array.from({ length: count }, (_, i) => ({ port: `${8000 + i}`, protocol: 'TCP' }));

const right: Record<string, object> = {
  '40 ports in one rule': ciliumPolicy({ egress: [{ toEntities: ['world'], toPorts: [{ ports: ports(40) }] }] }),
  'names and their resolution': ciliumPolicy({
    egress: [
      { toFQDNs: [{ matchPattern: '**.example.com' }], toPorts: [{ ports: ports(1) }] },
      {
        toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'kube-system', 'k8s:k8s-app': 'kube-dns' } }],
        toPorts: [{ ports: [{ port: '53', protocol: 'ANY' }], rules: { dns: [{ matchName: 'example.com' }] } }],
      },
    ],
  }),
  'an empty rule': ciliumPolicy({ ingress: [{}], egress: [{}] }),
  'a Kubernetes policy': networkPolicy({ ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 'http' }] }] }),
};

const wrong: Record<string, { policy: object; error: RegExp }> = {
  '41 ports in one rule': {
    policy: ciliumPolicy({ egress: [{ toEntities: ['world'], toPorts: [{ ports: ports(41) }] }] }),
    error: /too many ports, the max is 40/,
  },
  'names and pods in one rule': {
    policy: ciliumPolicy({ egress: [{ toFQDNs: [{ matchName: 'example.com' }], toEndpoints: [{}] }] }),
    error: /combining (ToFQDNs and ToEndpoints|ToEndpoints and ToFQDNs) is not supported yet/,
  },
  'a field that does not exist': {
    policy: ciliumPolicy({ ingress: [{ fromPods: [{}] }] }),
    error: /unknown field "spec\.ingress\[0\]\.fromPods"/,
  },
  'a field that does not exist, in a selector': {
    policy: ciliumPolicy({ ingress: [{ fromEndpoints: [{ matchLabel: { app: 'web' } }] }] }),
    error: /unknown field "spec\.ingress\[0\]\.fromEndpoints\[0\]\.matchLabel"/,
  },
  'a rule for name lookups on ingress': {
    policy: ciliumPolicy({
      ingress: [
        {
          fromEndpoints: [{}],
          toPorts: [{ ports: [{ port: '53', protocol: 'UDP' }], rules: { dns: [{ matchPattern: '*' }] } }],
        },
      ],
    }),
    error: /DNS (rules are not allowed|is not supported) on ingress/,
  },
  'a value that the schema does not have': {
    policy: ciliumPolicy({ ingress: [{ fromEntities: ['everyone'] }] }),
    error: /spec\.ingress\[0\]\.fromEntities\[0\]: Unsupported value: "everyone"/,
  },
  'a selector for the pods of another namespace': {
    policy: ciliumPolicy({
      endpointSelector: { matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'elsewhere' } },
      ingress: [{}],
    }),
    error: /the agent warns: .*illegal namespace match/,
  },
  'a Kubernetes policy with a field that does not exist': {
    policy: networkPolicy({ policyType: ['Ingress'] }),
    error: /unknown field "spec\.policyType"/,
  },
  'a Kubernetes policy with a protocol that does not exist': {
    policy: networkPolicy({ ingress: [{ ports: [{ port: 80, protocol: 'HTTP' }] }] }),
    error: /invalid protocol "HTTP"/,
  },
};

describe.skipIf(!hasTool('cilium-policy'))('the policy parser of Cilium', () => {
  const counted = row('cilium-policy', 'takes every rendered policy as it is written');
  it('takes every policy of dist/manifests as it is written', () => {
    requireManifests();
    const { code, report } = check(yamlFiles(manifests).map((file) => path.relative(repository, file)));
    expect(report.errors).toEqual([]);
    expect(code).toBe(0);
    expect(report.checked).toBeGreaterThan(0);
    counted.cases(report.checked);
  });

  describe('given policies that were written for this test', () => {
    row('cilium-policy', 'takes and refuses policies that were written for the test');
    let folder = '';
    beforeAll(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'cilium-policy-'));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    const write = (policy: object): string => {
      const file = path.join(folder, 'policy.yaml');
      writeFileSync(
        file,
        `# first comes a document of another kind\n${stringify({ apiVersion: 'v1', kind: 'Service' })}---\n${stringify(policy)}`,
      );
      return file;
    };

    it.each(Object.entries(right))('takes %s', (_, policy) => {
      expect(check([write(policy)])).toEqual({ code: 0, report: { checked: 1, ignored: 1, errors: [] } });
    });

    it.each(Object.entries(wrong))('refuses %s', (_, { policy, error }) => {
      const file = write(policy);
      const { code, report } = check([file]);
      expect(code).toBe(1);
      expect(report).toMatchObject({ checked: 1, ignored: 1 });
      expect(report.errors.map((finding) => finding.error).join('\n')).toMatch(error);
      for (const finding of report.errors) {
        expect(finding).toMatchObject({ file, document: 2, namespace: 'agents', name: 'policy' });
      }
    });
  });
});
