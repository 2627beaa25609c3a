import type { Finding } from '../finding';
import type { Edge, EdgeEnd } from '../model/edge';
import type { Identity } from '../model/identity/identity';
import { identityFindings as modelFindings } from '../model/identity/identity-finding';
import type { Component } from './component';
import { formatEdge } from './edge-finding';
import type { Platform } from './platform';

/** What is wrong with a platform's identities: each by itself, beside the others, and beside what the pods are. */
export function identityFindings(platform: Platform): readonly Finding[] {
  const { identities } = platform;
  if (identities === undefined) return [];
  return [
    ...modelFindings(identities.all, identities.alias),
    ...identities.all.flatMap(byLabelAlone),
    ...unidentifiedEnds(platform),
  ];
}

/** Every pod of a namespace runs under its default account unless somebody says otherwise. */
function byLabelAlone({ serviceAccount, title, namespace, declaredAt }: Identity): readonly Finding[] {
  if (serviceAccount !== 'default') return [];
  return [
    {
      rule: 'identity-by-label',
      severity: 'error',
      where: { construct: declaredAt },
      message: `${title} is identified by labels alone: every pod of namespace ${namespace} runs under the account 'default' unless it names another one, so whoever may set the labels gains the identity`,
      fix: 'give the pods a service account of their own',
    },
  ];
}

/** An edge that requires authentication needs somebody at either end who can prove who they are. */
function unidentifiedEnds(platform: Platform): readonly Finding[] {
  const identified = new Set(platform.identities?.all.map(({ declaredAt }) => declaredAt));
  const components = new Map<EdgeEnd, Component>(
    platform.components.map((component) => [component.connections.end, component]),
  );
  return platform.edges
    .all()
    .filter((edge) => edge.authentication === 'required')
    .flatMap((edge) => [edge.from, edge.to].flatMap((end) => unidentified(edge, components.get(end), identified)));
}

function unidentified(edge: Edge, end: Component | undefined, identified: ReadonlySet<string>): readonly Finding[] {
  if (end === undefined || !end.managed || identified.has(end.node.path)) return [];
  return [
    {
      rule: 'authentication-without-identity',
      severity: 'error',
      where: { construct: edge.declaredAt },
      message: `${formatEdge(edge)}: requires authentication, and ${end.title} has no identity to prove`,
      fix: `call identify() on ${end.node.path}, or drop the requirement`,
    },
  ];
}
