import type { Finding } from '../../finding';
import { WORKLOAD_API_SOCKET } from '../../model/identity/mtls';
import type { Platform } from '../../platform/platform';
import { agentConfigMap, controlPlaneConfigMap } from '../../render/identity/mtls-config';
import { toolPolicy, toolPolicyConfigMap, toolPolicyFile } from '../../render/tools/tool-policy';
import { ManifestDocument } from '../../synth/manifest-document';
import { renderedObject } from '../../synth/rendered-object';
import type { PortariumSettings } from './settings';
import { toolPolicyPath } from './tools';

const TRUST_DOMAIN = 'portarium.dev';
/** The guide names the policy of this workspace itself. */
const NAMED_POLICIES: Readonly<Record<string, { readonly policyId: string; readonly name: string }>> = {
  'ws-production': { policyId: 'pol-tool-allowlist-ws-prod', name: 'Production Tool Allowlist' },
};

/** Entries, configurations and tool policies of the enforcement guide, key for key. */
export function identitiesAsWritten(platform: Platform, settings: PortariumSettings): void {
  const { namespaces = {}, workspaces } = settings;
  const [agents, system] = [namespaces.agents ?? 'portarium-agents', namespaces.system ?? 'portarium-system'];
  new ManifestDocument(platform, 'entries', {
    file: platform.file('identities/entries.json'),
    render: () => [`${JSON.stringify({ entries: entries(agents, system, workspaces) }, undefined, 2)}\n`],
  });
  const shared = { mode: 'mtls', socketPath: WORKLOAD_API_SOCKET } as const;
  const controlPlane = controlPlaneConfigMap(
    { ...shared, trustDomain: TRUST_DOMAIN, allowedSpiffeIds: [`spiffe://${TRUST_DOMAIN}/agent/*`] },
    { name: 'portarium-control-plane-config', namespace: system },
  );
  const agent = agentConfigMap(
    { ...shared, baseUrl: `https://control-plane.${system}.svc:443` },
    { name: 'portarium-agent-config', namespace: agents },
  );
  renderedObject(
    platform,
    'control-plane-config',
    controlPlane,
    platform.file('identities/control-plane.yaml'),
    'annotation',
  );
  renderedObject(platform, 'agent-config', agent, platform.file('identities/agent.yaml'), 'annotation');
  for (const { id, tools } of workspaces) {
    const policy = toolPolicy({ workspaceId: id, tools, ...NAMED_POLICIES[id] });
    const file = toolPolicyPath(id);
    new ManifestDocument(platform, `tool-allowlist-${id}`, {
      file: platform.file(file),
      render: () => [toolPolicyFile(policy)],
    });
    const config = toolPolicyConfigMap(policy, { name: `tool-allowlist-${id}`, namespace: system });
    renderedObject(
      platform,
      `tool-allowlist-config-${id}`,
      config,
      platform.file(file.replace(/json$/, 'yaml')),
      'annotation',
    );
  }
  platform.addFindings(() => faults(platform.node.path));
}

function entries(agents: string, system: string, workspaces: PortariumSettings['workspaces']): readonly object[] {
  const parent = { parent_id: `spiffe://${TRUST_DOMAIN}/spire-agent` };
  const k8s = (value: string) => ({ type: 'k8s', value });
  return [
    {
      spiffe_id: `spiffe://${TRUST_DOMAIN}/control-plane`,
      ...parent,
      selectors: [k8s(`ns:${system}`), k8s('sa:portarium-control-plane')],
    },
    ...workspaces.map(({ id }) => ({
      spiffe_id: `spiffe://${TRUST_DOMAIN}/agent/${id}`,
      ...parent,
      selectors: [k8s(`ns:${agents}`), k8s(`pod-label:portarium.dev/workspace:${id}`)],
    })),
  ];
}

/**
 * What does not hold about the entries.
 * @see doc/plugin_agent_workloadattestor_k8s.md of SPIRE 1.15.3
 */
function faults(construct: string): readonly Finding[] {
  const fix = 'use this output for comparison only; a platform with identity renders what holds';
  const warning = (rule: string, message: string): Finding => ({
    rule,
    severity: 'warning',
    where: { construct },
    message,
    fix,
  });
  return [
    warning(
      'parent-not-registered',
      'the entries stand under spiffe://portarium.dev/spire-agent, which nobody registers, so that no SVID is ever issued',
    ),
    warning(
      'identity-by-label',
      'agents are identified by namespace and label alone, so whoever may create a pod in the namespace gains the identity of any workspace',
    ),
  ];
}
