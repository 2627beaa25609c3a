import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Edge } from '../../../lib/model/edge';
import { Peer } from '../../../lib/model/peer';
import { Port } from '../../../lib/model/port';
import { Component } from '../../../lib/platform/component';
import { type PolicyPart, partModel, remainingModel } from '../../../lib/platform/policy-part';
import { attempts, ciliumEdges, component, edge, plainEdges, SUBJECT } from '../render/network/model';
import { allows, DIALECTS, files, manifests, platform } from './build';

const isScrape = ({ purpose }: Edge) => purpose === 'one reason';
const DNS: PolicyPart = { policyName: 'subject-dns', file: 'dns.yaml', holds: 'dns' };
const SCRAPES: PolicyPart = { policyName: 'subject-scrapes', file: 'scrapes.yaml', holds: isScrape };
const PARTS = [DNS, SCRAPES];

describe('the parts of a policy', () => {
  const model = component({
    ingress: [
      edge('Ingress', Peer.namespace('a'), { purpose: 'one reason' }),
      edge('Ingress', Peer.namespace('b'), { purpose: 'another reason' }),
    ],
    egress: [edge('Egress', Peer.fqdn('api.example.com'))],
  });

  test('hold what goes there, and the policy itself the rest', () => {
    expect(partModel(model, DNS)).toEqual({ ...model, directions: ['Egress'], ingress: [], egress: [] });
    expect(partModel(model, SCRAPES)).toEqual({
      ...model,
      directions: ['Ingress'],
      ingress: [model.ingress[0]],
      egress: [],
      names: [],
    });
    expect(remainingModel(model, PARTS)).toEqual({ ...model, ingress: [model.ingress[1]], names: [] });
  });

  test('leave a policy without parts as it is', () => {
    expect(remainingModel(model, [])).toBe(model);
  });
});

describe.each(DIALECTS)('a policy in parts, in %s', (name, dialect) => {
  function split(parts: readonly PolicyPart[], edges: readonly Edge[]) {
    const root = platform({ dialect });
    const subject = new Component(root, 'subject', {
      title: 'subject',
      namespace: SUBJECT.namespace,
      selector: SUBJECT.labels,
      parts,
    });
    for (const { from, to, ports, purpose, l7 } of edges) {
      const options = { ports, purpose, ...(l7 !== undefined && 'http' in l7 ? { http: l7.http } : {}) };
      if (to.title === 'subject') subject.allowFrom(from.peer, options);
      else subject.allowTo(to.peer, options);
    }
    return root;
  }

  test('changes no verdict', () => {
    const edges = (direction: 'Ingress' | 'Egress') => (name === 'cilium' ? ciliumEdges : plainEdges)(direction);
    fc.assert(
      fc.property(
        fc.array(fc.oneof(edges('Ingress'), edges('Egress')), { maxLength: 4 }),
        fc.array(fc.oneof(attempts('Ingress'), attempts('Egress')), { minLength: 5, maxLength: 15 }),
        (list, tries) => {
          const [whole, parted] = [split([], list), split(PARTS, list)];
          for (const attempt of tries)
            expect([attempt, allows(parted, attempt)]).toEqual([attempt, allows(whole, attempt)]);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('is written to the files of the parts', () => {
    const root = split(PARTS, [edge('Ingress', Peer.namespace('a'), { ports: [Port.tcp(80)], purpose: 'one reason' })]);
    expect(files(root)).toEqual(expect.arrayContaining(['dns.yaml', 'scrapes.yaml', 'network-policies/subject.yaml']));
    expect(manifests(root).map(({ metadata }) => metadata.name)).toEqual(
      expect.arrayContaining(['subject', 'subject-dns', 'subject-scrapes']),
    );
    const naming = manifests(root).filter(({ metadata }) =>
      JSON.stringify(metadata.annotations ?? {}).includes('one reason'),
    );
    expect(naming.map(({ metadata }) => metadata.name)).toEqual(['subject-scrapes']);
  });
});
