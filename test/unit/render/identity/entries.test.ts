import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identity } from '../../../../lib/model/identity/identity';
import { nodeAlias } from '../../../../lib/model/identity/node-alias';
import { parseParentId } from '../../../../lib/model/identity/spiffe-id';
import { entriesDocument, type RegistrationEntry, retiredEntryIds } from '../../../../lib/render/identity/entries';
import { deleteCommand, entryCommand } from '../../../../lib/render/identity/entry-command';
import { AGENT, agentOf, CONTROL_PLANE, NODES } from '../../model/identity/identities';
import { expectProblem, problemOf } from '../../model/refusal';
import { shellWords } from './posix-shell';

/** The two commands of seed 000, with a workspace filled in. */
const SEED = [
  `spire-server entry create \\
  -spiffeID spiffe://portarium.dev/control-plane \\
  -parentID spiffe://portarium.dev/spire-agent \\
  -selector k8s:ns:portarium-system \\
  -selector k8s:sa:portarium-control-plane`,
  `spire-server entry create \\
  -spiffeID spiffe://portarium.dev/agent/ws-production \\
  -parentID spiffe://portarium.dev/spire-agent \\
  -selector k8s:ns:portarium-agents \\
  -selector k8s:pod-label:portarium.dev/workspace:ws-production`,
];

const controlPlane = identity(CONTROL_PLANE);
const agent = identity(AGENT);
const { entries } = entriesDocument([controlPlane, agent], NODES);
const entryOf = (id: string) => entries.find((entry) => entry.spiffe_id === id) as RegistrationEntry;

test('the document of the seed, with the alias that it forgets and the selectors that it should have', () => {
  expect(entries).toEqual([
    {
      entry_id: expect.stringMatching(/^portcullis\.spire-agent\.[0-9a-f]{32}$/),
      parent_id: 'spiffe://portarium.dev/spire/server',
      spiffe_id: 'spiffe://portarium.dev/spire-agent',
      selectors: [
        { type: 'k8s_psat', value: 'cluster:production' },
        { type: 'k8s_psat', value: 'agent_ns:spire-system' },
        { type: 'k8s_psat', value: 'agent_sa:spire-agent' },
      ],
    },
    {
      entry_id: expect.stringMatching(/^portcullis\.agent\.ws-production\.[0-9a-f]{32}$/),
      parent_id: 'spiffe://portarium.dev/spire-agent',
      spiffe_id: 'spiffe://portarium.dev/agent/ws-production',
      selectors: [
        { type: 'k8s', value: 'ns:portarium-agents' },
        { type: 'k8s', value: 'sa:portarium-agent' },
        { type: 'k8s', value: 'pod-label:portarium.dev/workspace:ws-production' },
      ],
    },
    {
      entry_id: expect.stringMatching(/^portcullis\.control-plane\.[0-9a-f]{32}$/),
      parent_id: 'spiffe://portarium.dev/spire-agent',
      spiffe_id: 'spiffe://portarium.dev/control-plane',
      selectors: [
        { type: 'k8s', value: 'ns:portarium-system' },
        { type: 'k8s', value: 'sa:portarium-control-plane' },
        { type: 'k8s', value: 'pod-label:app:portarium-control-plane' },
      ],
    },
  ]);
});

test.each(SEED)('a command says everything that the seed says: %s', (command) => {
  const seed = shellWords(command);
  const ours = shellWords(entryCommand(entryOf(seed[4] ?? '')));
  expect(ours.slice(0, 3)).toEqual(['spire-server', 'entry', 'create']);
  const options = (words: readonly string[]) =>
    words.slice(3).flatMap((word, at, all) => (at % 2 === 0 ? [`${word} ${all[at + 1]}`] : []));
  expect(options(ours)).toEqual(expect.arrayContaining(options(seed)));
  // What the seed leaves out: a service account or a label, and the id by which the entry is found again.
  const added = options(ours).filter((option) => !options(seed).includes(option));
  expect(added).toEqual([
    expect.stringMatching(/^-selector k8s:(sa:portarium-agent|pod-label:app:portarium-control-plane)$/),
    expect.stringMatching(/^-entryID portcullis\./),
  ]);
});

test('a command has one option on each line, as in the seed', () => {
  expect(entryCommand(entryOf('spiffe://portarium.dev/control-plane')).split('\n').slice(0, -2)).toEqual(
    SEED[0]?.split('\n').map((line) => (line.endsWith('\\') ? line : `${line} \\`)),
  );
});

test('the alias is registered as a node, without a parent of its own', () => {
  const words = shellWords(entryCommand(entries[0] as RegistrationEntry));
  expect(words.slice(3)).toEqual([
    '-node',
    '-spiffeID',
    'spiffe://portarium.dev/spire-agent',
    ...['-selector', 'k8s_psat:cluster:production'],
    ...['-selector', 'k8s_psat:agent_ns:spire-system'],
    ...['-selector', 'k8s_psat:agent_sa:spire-agent'],
    ...['-entryID', entries[0]?.entry_id],
  ]);
});

const full = identity({
  ...AGENT,
  parentId: 'spiffe://portarium.dev/other-nodes',
  x509SvidTtl: 3600,
  jwtSvidTtl: 300,
  hint: 'internal',
  dnsNames: ['b.svc', 'a.svc'],
  federatesWith: ['partner.example'],
});

test('every field has the name that SPIRE reads', () => {
  expect(entriesDocument([full], NODES).entries[1]).toEqual({
    entry_id: expect.any(String),
    parent_id: 'spiffe://portarium.dev/other-nodes',
    spiffe_id: 'spiffe://portarium.dev/agent/ws-production',
    selectors: expect.any(Array),
    x509_svid_ttl: 3600,
    jwt_svid_ttl: 300,
    hint: 'internal',
    federates_with: ['spiffe://partner.example'],
    dns_names: ['b.svc', 'a.svc'],
  });
});

test('every field has its option', () => {
  const [entry] = entriesDocument([full]).entries;
  expect(shellWords(entryCommand(entry as RegistrationEntry)).slice(-15)).toEqual([
    'k8s:pod-label:portarium.dev/workspace:ws-production',
    ...['-x509SVIDTTL', '3600'],
    ...['-jwtSVIDTTL', '300'],
    ...['-federatesWith', 'spiffe://partner.example'],
    ...['-dns', 'b.svc'],
    ...['-dns', 'a.svc'],
    ...['-hint', 'internal'],
    ...['-entryID', entry?.entry_id],
  ]);
});

test('nothing that is rendered grants power over SPIRE', () => {
  const text = JSON.stringify(entriesDocument([full, controlPlane], NODES)) + entries.map(entryCommand).join();
  expect(text).not.toMatch(/admin|downstream|store/i);
});

test('the command that takes an entry back', () => {
  expect(shellWords(deleteCommand('portcullis.a.b'))).toEqual([
    'spire-server',
    'entry',
    'delete',
    '-entryID',
    'portcullis.a.b',
  ]);
});

test('the id of an entry survives other selectors and lifetimes, and no other owner', () => {
  const idOf = (change: object) => entriesDocument([agentOf('ws-a', change)], NODES).entries[1]?.entry_id;
  expect(idOf({ podLabels: { a: 'b' }, x509SvidTtl: 5, serviceAccount: 'other' })).toBe(idOf({}));
  expect(idOf({ owner: 'ws-b' })).not.toBe(idOf({}));
});

describe('refuses', () => {
  test('an identity without a parent', () => {
    expectProblem(
      problemOf(() => entriesDocument([agent])),
      /has no parent/,
      /declare the node alias/,
    );
  });

  test('an alias of another trust domain', () => {
    const { cluster, agentNamespace, agentServiceAccount } = NODES;
    const other = nodeAlias({ spiffeId: 'spiffe://other.dev/nodes', cluster, agentNamespace, agentServiceAccount });
    expectProblem(
      problemOf(() => entriesDocument([agent], other)),
      /of another trust domain/,
      /'other\.dev'/,
    );
  });

  test('a parent of another trust domain, where data went round the factory', () => {
    const forged = { ...agent, parentId: parseParentId('spiffe://other.dev/nodes') };
    expectProblem(
      problemOf(() => entriesDocument([forged], NODES)),
      /of another trust domain/,
      /'other\.dev'/,
    );
  });

  test('an identity that its owner declares twice', () => {
    const twice = [agent, agentOf('ws-a'), identity({ ...AGENT, serviceAccount: 'other' })];
    expectProblem(
      problemOf(() => entriesDocument(twice, NODES)),
      /declared twice by one owner/,
      /once/,
    );
  });
});

const workspaces = fc.uniqueArray(fc.constantFrom('ws-a', 'ws-b', 'ws-c', 'ws-d', 'ws-e'), { minLength: 1 });

test('the order of the program changes nothing', () => {
  const shuffled = workspaces.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  );
  fc.assert(
    fc.property(shuffled, ([one, other]) => {
      const written = (list: readonly string[]) =>
        JSON.stringify(
          entriesDocument(
            list.map((id) => agentOf(id)),
            NODES,
          ),
        );
      expect(written(other)).toBe(written(one));
    }),
  );
});

test('what is no longer declared is retired, and nothing else', () => {
  const document = (list: readonly string[]) =>
    entriesDocument(
      list.map((id) => agentOf(id)),
      NODES,
    );
  fc.assert(
    fc.property(workspaces, workspaces, (before, after) => {
      const gone = before.filter((id) => !after.includes(id));
      expect(retiredEntryIds(document(before), document(after))).toEqual(
        gone.length === 0
          ? []
          : document(gone)
              .entries.slice(1)
              .map((entry) => entry.entry_id),
      );
    }),
  );
});
