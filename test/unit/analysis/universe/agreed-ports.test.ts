import { expect, test } from 'vitest';
import type { NamedPort } from '../../../../lib/analysis/load/manifests';
import { agreedPorts } from '../../../../lib/analysis/universe/agreed-ports';
import { manifests, type PodsOf } from '../answer/cluster';

const http = (port: number): NamedPort => ({ name: 'http', port, protocol: 'TCP' });
const agreed = (...pods: readonly PodsOf[]) => {
  const named = Object.fromEntries(pods.map((pod, index) => [`shop/w${index}`, pod]));
  return agreedPorts(manifests(named).workloads);
};

test.each<readonly [string, readonly PodsOf[], readonly NamedPort[]]>([
  ['no pods', [], []],
  ['one pod has it', [{ ports: [http(80)] }, {}], [http(80)]],
  ['all have the same', [{ ports: [http(80)] }, { ports: [http(80)] }], [http(80)]],
  ['two differ', [{ ports: [http(80)] }, { ports: [http(8080)] }], []],
  ['once two differ, a third settles nothing', [80, 8080, 8080].map((port) => ({ ports: [http(port)] })), []],
  [
    'protocols are apart',
    [{ ports: [http(80), { name: 'http', port: 8080, protocol: 'UDP' }] }],
    [http(80), { name: 'http', port: 8080, protocol: 'UDP' }],
  ],
  [
    "pods on the host's network have no say",
    [{ ports: [http(80)] }, { ports: [http(8080)], hostNetwork: true }],
    [http(80)],
  ],
  ['and no ports', [{ ports: [http(80)], hostNetwork: true }], []],
])('%s', (_, pods, expected) => {
  expect(agreed(...pods)).toEqual(expected);
  expect(agreed(...pods.toReversed())).toEqual(expected);
});
