import { type IdentityProps, identity } from '../../../../lib/model/identity/identity';
import { nodeAlias } from '../../../../lib/model/identity/node-alias';

/** An identity with nothing wrong, as people write it. */
export const AGENT: IdentityProps = {
  spiffeId: 'spiffe://portarium.dev/agent/ws-production',
  namespace: 'portarium-agents',
  serviceAccount: 'portarium-agent',
  podLabels: { 'portarium.dev/workspace': 'ws-production' },
  title: 'agents of ws-production',
  purpose: 'calls to the control plane',
  owner: 'ws-production',
  declaredAt: 'app/ws-production/agents',
};

export const CONTROL_PLANE: IdentityProps = {
  spiffeId: 'spiffe://portarium.dev/control-plane',
  namespace: 'portarium-system',
  serviceAccount: 'portarium-control-plane',
  podLabels: { app: 'portarium-control-plane' },
  title: 'control plane',
  purpose: 'answers agents',
  owner: 'portarium',
  declaredAt: 'app/control-plane',
};

export const NODES = nodeAlias({
  spiffeId: 'spiffe://portarium.dev/spire-agent',
  cluster: 'production',
  agentNamespace: 'spire-system',
  agentServiceAccount: 'spire-agent',
});

/** The agents of a workspace, as a program with many workspaces declares them. */
export function agentOf(workspace: string, change: Partial<IdentityProps> = {}) {
  return identity({
    ...AGENT,
    spiffeId: `spiffe://portarium.dev/agent/${workspace}`,
    podLabels: { 'portarium.dev/workspace': workspace },
    title: `agents of ${workspace}`,
    owner: workspace,
    declaredAt: `app/${workspace}/agents`,
    ...change,
  });
}
