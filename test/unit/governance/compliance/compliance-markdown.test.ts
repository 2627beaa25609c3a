import { expect, test } from 'vitest';
import type { Compliance } from '../../../../lib/governance/compliance/compliance';
import { complianceMarkdown } from '../../../../lib/governance/compliance/compliance-markdown';

const PODS = { namespace: 'ws-a', labels: {} };

test('an owner neither adds cells to the table of states nor markup to the page', () => {
  const layers = { egress: 'observe', mtls: 'observe', tools: 'observe' } as const;
  const workspaces: Compliance['workspaces'] = [
    {
      workspace: 'ws-a',
      owner: 'finance\\| enforce | <img src=x>',
      layers,
      agents: PODS,
      controlPlane: PODS,
      items: [],
      forced: [],
    },
  ];
  const text = complianceMarkdown({ workspaces, platform: [], controls: [], findings: [] }, 'prod');
  expect(text).toContain('| `ws-a` | finance\\\\\\| enforce \\| \\<img src=x> | observe | observe | observe |\n');
});
