import type { EdgeEnd } from '../model/edge';
import { formatPeer, type PodsPeer } from '../model/peer';
import type { Component } from './component';
import type { Platform } from './platform';

/**
 * `inventory.json`: which pods there will be. Manifests of policies alone do not tell, and whoever wants to know what
 * the policies allow needs pods to ask about.
 */
export function* inventory(platform: Platform): Generator<string> {
  yield `{\n  "schemaVersion": 1,\n  "dialect": ${JSON.stringify(platform.dialect.name)},`;
  if (platform.registries !== undefined) yield `\n  "registries": ${JSON.stringify(platform.registries)},`;
  yield '\n  "namespaces": [';
  yield* list(namespaces(platform));
  yield '],\n  "components": [';
  yield* list(components(platform));
  yield ']\n}\n';
}

/** One entry to a line, so that differences read well. */
function* list(entries: Iterable<object>): Generator<string> {
  let separator = '\n    ';
  for (const entry of entries) {
    yield separator + JSON.stringify(entry);
    separator = ',\n    ';
  }
  if (separator.startsWith(',')) yield '\n  ';
}

function* namespaces(platform: Platform): Generator<object> {
  for (const { namespace, labels } of platform.managedNamespaces) yield { name: namespace, labels };
}

/** The components, and pods that edges name without there being a component for them. */
function* components(platform: Platform): Generator<object> {
  const ports = new PortNumbers();
  const known = new Set<string>();
  for (const component of platform.components) {
    const { connections, namespace, podLabels, selector } = component;
    if (selector === undefined) continue;
    if (!component.managed) known.add(formatPeer(connections.end.peer));
    const { identity } = component;
    const account = identity === undefined ? {} : { serviceAccount: identity.serviceAccount };
    yield { namespace, name: nameOf(component), labels: podLabels, ...account, ...ports.of(component) };
  }
  for (const peer of otherPods(platform)) {
    const text = formatPeer(peer);
    if (known.has(text)) continue;
    known.add(text);
    yield { namespace: peer.namespace, name: Object.values(peer.labels).join('-'), labels: peer.labels };
  }
}

/** A name with single dashes, none of them at an end, as nearly every title of a component is. */
const NAME = /^[a-z0-9.]+(?:-[a-z0-9.]+)*$/;

/** `agent` in the workspace's own namespace, `ws-research-agent` in one that it shares. */
function nameOf({ title, namespace }: Component): string {
  const own = title.startsWith(`${namespace}/`) ? title.slice(namespace.length + 1) : title;
  if (NAME.test(own)) return own;
  return own.replaceAll(/[^a-z0-9.]+/g, '-').replaceAll(/^-|-$/g, '');
}

/** Above what servers listen on, and below the ports of clients on Linux. */
const FIRST_STAND_IN = 31_000;

/**
 * Numbers for ports that are declared by name. Which number a pod gives the name is not known before there is a pod;
 * any number shows whether the rule that names it is there, so each name gets one of its own.
 */
class PortNumbers {
  private readonly numbers = new Map<string, number>();

  of({ connections: { defaultPorts } }: Component): { ports?: readonly object[] } {
    const named = defaultPorts.flatMap(({ port: name, protocol }) => {
      return typeof name === 'string' ? [{ name, port: this.number(name), protocol }] : [];
    });
    return named.length === 0 ? {} : { ports: named };
  }

  private number(name: string): number {
    const number = this.numbers.get(name) ?? FIRST_STAND_IN + this.numbers.size;
    this.numbers.set(name, number);
    return number;
  }
}

/** Pods at ends of edges that the program does not manage, each set once: few, however many edges there are. */
function otherPods(platform: Platform): ReadonlySet<PodsPeer> {
  const found = new Set<PodsPeer>();
  const note = ({ peer, managed }: Pick<EdgeEnd, 'peer' | 'managed'>) => {
    if (!managed && peer.kind === 'pods') found.add(peer);
  };
  for (const { from, to } of platform.edges.all()) {
    note(from);
    note(to);
  }
  note({ peer: platform.cluster.dns.peer, managed: false });
  return found;
}
