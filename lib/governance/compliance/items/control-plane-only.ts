import { parse } from 'yaml';
import { reach } from '../../../analysis/answer/reach';
import type { ReachPair } from '../../../analysis/answer/reach-pair';
import { connectionText } from '../../../analysis/format/connection-text';
import type { Manifest, Workload } from '../../../analysis/load/manifests';
import { CONFIG_FILE } from '../../../render/identity/mtls-config';
import { inAgent } from '../../../render/rollout/agent-command';
import { AGENT_CONFIG, CONTROL_PLANE_CONFIG } from '../../../stacks/portarium/identity';
import { agentsOf, configMap, dataOf, type Evidence, type Facts, placeIn, resultOf, type WorkspaceItem } from '../item';
import type { WorkspaceState } from '../workspace-state';

/** Seed 000, validation: "Agents can only reach the control plane via mTLS." */
export const controlPlaneOnly: WorkspaceItem = {
  id: 'control-plane-only',
  title: 'Agents can only reach the control plane via mTLS',
  judge: (facts, workspace) => {
    const { egress, mtls } = workspace.layers;
    const tls = tlsModes(facts, workspace);
    const reached = reachOf(facts, workspace);
    const curl = (rest: string) => inAgent(workspace.agents, `curl -sS --max-time 5 ${rest}/healthz`);
    const live = [
      {
        command: curl(`--cacert /tmp/bundle.0.pem ${baseUrl(tls)}`),
        expected: 'the handshake fails, since no certificate is shown',
      },
      ...reached.ports.map((port) => ({
        command: curl(`http://${hostOf(baseUrl(tls))}:${port}`),
        expected: 'no answer in plain text',
      })),
    ];
    const evidence = [...reached.evidence, ...tls.evidence];
    if (egress !== 'enforce' || mtls !== 'enforce') {
      const problems = [
        ...(egress === 'enforce' ? [] : ['egress is not enforced, so agents reach everything']),
        ...(mtls === 'off' ? ['there are no identities, so there is no mutual TLS'] : []),
        ...(mtls === 'observe' ? ['agents fall back to plain TLS'] : []),
      ];
      return resultOf('observed', { evidence, problems, live });
    }
    const holding = facts.workspaces.filter(({ layers }) => layers.mtls === 'observe');
    const problems = [...reached.problems, ...tls.problems];
    if (problems.length > 0 || !tls.isServerOptional) return resultOf('live', { evidence, problems, live });
    // The control plane has one mode for all callers.
    const others = holding.map((other) => other.workspace).join(', ');
    const says = `the control plane takes callers without a certificate as long as ${others} only observes mutual TLS`;
    return resultOf('observed', { evidence, problems: [says], live });
  },
};

interface Part {
  readonly evidence: readonly Evidence[];
  readonly problems: readonly string[];
}

/** Whom agents reach: pods of the cluster that the program names, and nothing outside. */
function reachOf(facts: Facts, workspace: WorkspaceState): Part & { readonly ports: readonly number[] } {
  if (workspace.layers.egress !== 'enforce') return { evidence: [], problems: [], ports: [] };
  const strangers = new Set(
    facts.workspaces
      .filter((other) => other !== workspace)
      .flatMap((other) => agentsOf(facts, other))
      .map(keyOf),
  );
  const pairs = agentsOf(facts, workspace).flatMap(({ namespace, name, kind }) => [
    ...reach(facts.analysis, { from: { kind: 'workload', namespace, name, workload: kind } }),
  ]);
  const problems = pairs.flatMap(({ to, segments }) => {
    if (to.kind !== 'workload') return [`agents reach ${to.label} on ${connectionText(segments)}`];
    const isStranger = strangers.has(`${to.namespace}/${to.name}[${to.workload}]`);
    return isStranger ? [`agents reach agents of another workspace: ${to.label}`] : [];
  });
  const evidence: Evidence[] =
    pairs.length === 0 ? [] : [{ by: 'analysis', says: saysOf(pairs, workspace), places: [] }];
  if (pairs.length === 0) problems.push('agents reach nothing, not even the control plane');
  const ports = pairs
    .filter((pair) => leadsToControlPlane(pair, workspace))
    .flatMap(({ segments }) =>
      segments.flatMap(({ protocol, first, last }) => (protocol === 'TCP' && first === last ? [first] : [])),
    );
  return { evidence, problems, ports: [...new Set(ports)] };
}

function keyOf({ namespace, name, kind }: Workload): string {
  return `${namespace}/${name}[${kind}]`;
}

function leadsToControlPlane({ to }: ReachPair, { controlPlane }: WorkspaceState): boolean {
  return to.kind === 'workload' && to.namespace === controlPlane.namespace;
}

function saysOf(pairs: readonly ReachPair[], workspace: WorkspaceState): string {
  const text = ({ to, segments }: ReachPair) => `${to.label} on ${portsText(connectionText(segments))}`;
  const isControlPlane = (pair: ReachPair) => leadsToControlPlane(pair, workspace);
  const others = pairs.filter((pair) => !isControlPlane(pair)).map(text);
  return `agents reach ${pairs.filter(isControlPlane).map(text).join(', ') || 'no control plane'}${others.length === 0 ? '' : `; besides ${others.join(', ')}`}; nothing outside the cluster`;
}

/** Which names may be asked for is told elsewhere. */
function portsText(connection: string): string {
  return connection.replace(/ \{dns [^}]*\}/, '');
}

interface Tls extends Part {
  readonly baseUrl?: string;
  /** Whether the control plane takes callers without a certificate because of others, and is meant to. */
  readonly isServerOptional: boolean;
}

/** What the configurations of both ends say. */
function tlsModes(facts: Facts, { workspace, agents, controlPlane, layers }: WorkspaceState): Tls {
  if (layers.mtls === 'off') return { evidence: [], problems: [], isServerOptional: false };
  const server = configMap(facts, controlPlane.namespace, CONTROL_PLANE_CONFIG);
  const client =
    configMap(facts, agents.namespace, `${workspace}-${AGENT_CONFIG}`) ??
    configMap(facts, agents.namespace, AGENT_CONFIG);
  const [serverTls, clientConfig] = [config(server).tls, config(client).portarium];
  const ends = [
    { title: 'the control plane', map: server, mode: serverTls?.mode },
    { title: 'agents', map: client, mode: clientConfig?.tls?.mode },
  ];
  const isServerOptional =
    serverTls?.mode === 'optional' && facts.workspaces.some((other) => other.layers.mtls === 'observe');
  const problems = ends.flatMap(({ title, map, mode }) => {
    if (map === server && isServerOptional) return [];
    if (map === undefined) return [`the configuration of ${title} is missing`];
    return mode === 'mtls' ? [] : [`${title} ${title === 'agents' ? 'are' : 'is'} configured with tls.mode ${mode}`];
  });
  const evidence = ends.flatMap(({ title, map, mode }): readonly Evidence[] => {
    if (map === undefined) return [];
    return [{ by: 'file', says: `tls.mode of ${title} is ${mode}`, places: [placeIn(facts, map.source)] }];
  });
  const url = clientConfig?.baseUrl;
  return { evidence, problems, isServerOptional, ...(url === undefined ? {} : { baseUrl: url }) };
}

function baseUrl({ baseUrl: url }: Tls): string {
  return url ?? 'https://<control plane>';
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : url;
}

interface Config {
  readonly tls?: { readonly mode?: string };
  readonly portarium?: { readonly baseUrl?: string; readonly tls?: { readonly mode?: string } };
}

function config(map: Manifest | undefined): Config {
  try {
    return (parse(dataOf(map, CONFIG_FILE) ?? '{}') ?? {}) as Config;
  } catch {
    return {};
  }
}
