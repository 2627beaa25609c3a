import type { Finding } from '../finding';
import type { Edge } from '../model/edge';
import { DNS_PURPOSE } from '../render/network/dns';
import { edgeFindings } from './edge-finding';
import type { Platform } from './platform';

/**
 * The edge to the cluster's DNS is drawn by the renderers, for every component that looks up a name; so it is checked
 * once, for the first of them, as if the platform had declared it.
 */
export function dnsFindings(platform: Platform): readonly Finding[] {
  const first = platform.components.find((component) => component.managed && component.model().names.length > 0);
  if (first === undefined) return [];
  const { peer, ports } = platform.cluster.dns;
  const edge: Edge = {
    from: first.connections.end,
    to: { peer, title: 'cluster DNS', managed: false },
    ports,
    purpose: DNS_PURPOSE,
    declaredAt: platform.node.path,
  };
  return edgeFindings(platform, [edge]);
}
