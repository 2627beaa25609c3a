import type { PodSelection } from './enforcement';

/** Commands for operators about the agents of one workspace, by the labels that its pods carry. */

/** `app=portarium-agent,portarium.dev/workspace=ws-production`. */
export function labelArgument({ labels }: Pick<PodSelection, 'labels'>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** Runs a command in one of the pods. */
export function inAgent(agents: PodSelection, command: string): string {
  const { namespace } = agents;
  const pod = `"$(kubectl -n ${namespace} get pods -l ${labelArgument(agents)} -o name | head -n 1)"`;
  return `kubectl -n ${namespace} exec ${pod} -- ${command}`;
}

/**
 * Prints what the pods logged. The guide's `--since=7d` is no duration of Go, and with a selector kubectl prints ten
 * lines unless it is told otherwise.
 * @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_logs/ (`--since`, `--tail`, `--max-log-requests`)
 */
export function agentLogs(agents: PodSelection, since: string): string {
  return `kubectl -n ${agents.namespace} logs -l ${labelArgument(agents)} --since=${since} --tail=-1 --max-log-requests=50`;
}

/** Tries an address of the world that no policy names: what is dropped gets no answer, and so runs into the time limit. */
export function tryWorld(agents: PodSelection): string {
  return inAgent(agents, 'curl -sS --max-time 5 https://1.1.1.1');
}

/** What curl says when nobody answers. */
export const NO_ANSWER = 'curl: (28) after 5 seconds, since nobody answers';
