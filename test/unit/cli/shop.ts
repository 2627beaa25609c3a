import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { main } from '../../../lib/cli/main';
import { EXAMPLE_POD } from '../../../lib/kube/workload-rule/rule';
import { type Files, temporaryFolder, writeFolder } from '../environment/refusal';
import { caughtStreams } from './streams';

const deployment = (name: string) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec: { template: { metadata: { labels: { app: ${name} } }, spec: ${JSON.stringify(EXAMPLE_POD)} } }
`;
const policy = (name: string, spec: string) => `---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec:
${spec}`;
const DENY = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
`;
const WEB = `  endpointSelector: { matchLabels: { app: web } }
  egress:
    - toEndpoints: [{ matchLabels: { app: api } }]
      toPorts:
        - ports: [{ port: "8080", protocol: TCP }]
`;
const API = `  endpointSelector: { matchLabels: { app: api } }
  ingress:
    - fromEndpoints: [{ matchLabels: { app: web } }]
      authentication: { mode: required }
      toPorts:
        - ports: [{ port: "8080", protocol: TCP }]
          rules:
            http: [{ method: GET, path: /v1 }]
`;
const WORLD = `${WEB}    - toCIDR: [203.0.113.0/24]
      toPorts:
        - ports: [{ port: "443", protocol: TCP }]
`;

/** Policies by which web may send some requests to api, and nothing else is open. */
export const POLICIES = DENY + policy('web', WEB) + policy('api', API);
/** A shop of two workloads with its policies. */
export const SHOP = POLICIES + deployment('web') + deployment('api');
/** What `reach` says about it. */
export const LINE = 'shop/web[Deployment] => shop/api[Deployment] : TCP 8080 {http GET /v1} authenticated\n';

/** Folders that the tests of the commands are about. */
export const FOLDERS: Files = {
  'shop/shop.yaml': SHOP,
  /** The internet is reached as well, and api asks for no authentication. */
  'open/shop.yaml': SHOP.replace(WEB, WORLD).replace('      authentication: { mode: required }\n', ''),
  'policies/policies.yaml': POLICIES,
  /** The shop, and a document that is no YAML. */
  'broken/bad.yaml': `${SHOP}---\nkind: [\n`,
  'unreadable/bad.yaml': 'kind: [\n',
  'empty/README.md': 'nothing',
};

export interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs command lines in this process, beside the folders. */
export function commandsOnShop(): (...args: readonly string[]) => Promise<Ended> {
  const cwd = join(temporaryFolder(), 'project');
  const caught = caughtStreams();
  const home = process.cwd();
  beforeAll(() => {
    writeFolder(cwd, FOLDERS);
    process.chdir(cwd);
  });
  afterAll(() => process.chdir(home));
  return async (...args) => {
    Object.assign(caught, { stdout: '', stderr: '' });
    process.exitCode = undefined;
    await main(['node', 'portcullis', ...args]);
    return { code: process.exitCode ?? 0, ...caught };
  };
}
