import type { Finding } from '../../finding';
import { formatEdge } from '../../platform/edge-finding';
import { departures } from './departure';
import { SDR_LABELS } from './label';
import type { Sdr } from './sdr';

/** What only this stack knows to be wrong. */
export function sdrFindings(sdr: Sdr, reference: boolean): readonly Finding[] {
  if (reference) return writtenFindings(sdr);
  return [...unlabelled(sdr), ...hostNetwork(sdr), ...withoutAuthentication(sdr)];
}

/** Pods that do not follow the label conventions, by which dashboards and other policies find them. */
function unlabelled(sdr: Sdr): readonly Finding[] {
  const conventions = [SDR_LABELS.partOf, SDR_LABELS.component, SDR_LABELS.tier];
  return sdr.components.flatMap((component): Finding[] => {
    const missing = conventions.filter((key) => component.podLabels[key] === undefined);
    if (!component.managed || missing.length === 0) return [];
    const edges = [...component.connections.egress, ...component.connections.ingress].map(formatEdge);
    const concerned = edges.length === 0 ? '' : `; it concerns ${edges.join(', ')}`;
    return [
      {
        rule: 'missing-label',
        severity: 'error',
        where: { construct: component.node.path },
        message: `the pods of '${component.title}' carry no ${missing.join(', ')}${concerned}`,
        fix: 'give the component podLabels with the labels of the stack (sdrPodLabels)',
      },
    ];
  });
}

/** In the reference environment everything that strict departs from is a known fault, each with a note of its own. */
function writtenFindings(sdr: Sdr): readonly Finding[] {
  const list = departures(sdr.settings, sdr.dialect.canAuthenticate);
  const where = { construct: sdr.node.path };
  const known: Finding = {
    rule: 'as-written',
    severity: 'warning',
    where,
    message: `the policies are rendered as the specification wrote them, and ${list.length} of its points do not hold`,
    fix: 'use this output for comparison only; STRICT.md explains each point',
  };
  const notes = list.map(({ rule, files, written, why, instead }): Finding => {
    const message = `as written in ${files.join(', ')}: ${written} ${why}`;
    return { rule, severity: 'info', where, message, fix: `strict renders: ${instead}` };
  });
  return [known, ...notes];
}

function hostNetwork(sdr: Sdr): readonly Finding[] {
  if (!sdr.settings.tetragonBridge.hostNetwork) return [];
  return [
    {
      rule: 'host-network-pod',
      severity: 'error',
      where: { construct: sdr.tetragonBridge.node.path },
      message: 'tetragon-bridge shares the network of its node, so its policy selects nothing and enforces nothing',
      fix: 'run it as a workload of its own with hostNetwork: false, or guard the node with a host policy',
    },
  ];
}

function withoutAuthentication(sdr: Sdr): readonly Finding[] {
  if (sdr.dialect.canAuthenticate) return [];
  return [
    {
      rule: 'authentication-by-service',
      severity: 'warning',
      where: { construct: sdr.node.path },
      message: `${sdr.dialect.name} has no mutual authentication, so no policy proves who talks to NATS and spine-proofs-api`,
      fix: `require SPIFFE mutual TLS in the services (trust domain ${sdr.settings.trustDomain}), and encrypt the traffic with WireGuard or ztunnel`,
    },
  ];
}
