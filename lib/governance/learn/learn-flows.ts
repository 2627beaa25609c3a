import type { Flow, FlowPods } from '../../analysis/flow/flow';
import { readFlows } from '../../analysis/flow/read-flows';
import type { Skipped } from '../../analysis/flow/skipped';
import type { Problem } from '../../finding';
import type { LearnOptions } from './learn-logs';
import type { Proposals } from './proposals';

/** Label of pods, and of namespaces, that says which workspace they are of. */
const WORKSPACE = 'portarium.dev/workspace';
const OF_NAMESPACE = 'io.cilium.k8s.namespace.labels.';

/**
 * Learns from recorded flows: where the pods of a workspace connect to outside the cluster, less what their agents do on
 * their own. An address says nothing without the name that the pod had looked up.
 * @returns what was not looked at
 */
export async function learnFromFlows(
  files: readonly string[],
  proposals: Proposals,
  { workspace: only, ...options }: LearnOptions,
): Promise<readonly Skipped[]> {
  const onFlow = (flow: Flow) => {
    if (flow.source.kind !== 'pods' || flow.destination.kind !== 'address') return;
    const workspace = workspaceOf(flow.source);
    if (workspace !== undefined && (only === undefined || workspace === only)) learn(flow, workspace, proposals);
  };
  const { skipped } = await readFlows(files, { ...options, onFlow });
  return skipped;
}

function learn(flow: Flow, workspace: string, proposals: Proposals): void {
  const { destination, protocol, port, count, time } = flow;
  if (destination.kind !== 'address') return;
  const { address, names } = destination;
  const seen = { count, ...(time === undefined ? {} : { time }) };
  const problem = problemOf(flow, names);
  const [host] = names;
  if (problem === undefined && host !== undefined && protocol !== 'ICMP' && protocol !== 'ICMPv6') {
    proposals.add({ workspace, host, port, protocol, ...seen });
  } else {
    const target = `${names.join(', ') || address} ${protocol} ${port}`;
    const { message: reason, fix } = problem ?? NAMELESS;
    proposals.refuse({ workspace, target, reason, fix, ...seen });
  }
}

const NAMELESS: Problem = {
  message: 'the recording has no name for the address',
  fix: 'record where rules for DNS send lookups through Cilium, or allow the address as cidr',
};

function problemOf({ source, passed, protocol }: Flow, names: readonly string[]): Problem | undefined {
  if (source.kind === 'pods' && isAgent(source)) {
    const fix = 'let the control plane call it for them; agents reach nothing outside';
    return { message: 'agents called it on their own', fix };
  }
  if (!passed) return { message: 'it was dropped when it was recorded', fix: 'find out who wants it, and why' };
  if (protocol === 'ICMP' || protocol === 'ICMPv6') {
    return { message: 'allowlists are about ports, and this is ICMP', fix: 'nothing, if it was only a ping' };
  }
  if (names.length === 0) return NAMELESS;
  if (names.length === 1) return undefined;
  return { message: 'the pod had looked up several names of this address', fix: 'add those that it needs yourself' };
}

function workspaceOf({ labels }: FlowPods): string | undefined {
  return labels.get(WORKSPACE) ?? labels.get(`${OF_NAMESPACE}${WORKSPACE}`);
}

function isAgent({ labels }: FlowPods): boolean {
  return labels.get('portarium.io/component') === 'agent' || labels.get('app') === 'portarium-agent';
}
