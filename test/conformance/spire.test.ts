import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { type EntriesDocument, entriesDocument } from '../../lib/render/identity/entries';
import { type RegistrationJobOptions, registrationJobs } from '../../lib/render/identity/registration-job';
import { agentOf, NODES } from '../unit/model/identity/identities';
import { SpireServer, sorted } from './spire/server';
import { hasTool, manifests, requireManifests } from './support';
import { row } from './table/row';

const OPTIONS: RegistrationJobOptions = {
  name: 'spire-entries',
  namespace: 'spire-system',
  trustDomain: 'portarium.dev',
  image: 'spire-server:1.15.3',
  socketDirectory: '/run/spire/server/private',
  server: { namespace: 'spire-system', labels: { app: 'spire-server' } },
};

const documentOf = (...workspaces: readonly string[]) =>
  entriesDocument(
    workspaces.map((workspace) => agentOf(workspace)),
    NODES,
  );
const jobsFor = (document: EntriesDocument, retired: readonly string[] = []) =>
  registrationJobs(document, { ...OPTIONS, retired });
const ids = ({ entries }: EntriesDocument) => entries.map((entry) => entry.entry_id);

const document = documentOf('ws-a', 'ws-b');
const rich = entriesDocument(
  [
    agentOf('ws-a', {
      x509SvidTtl: 600,
      jwtSvidTtl: 120,
      hint: 'agents',
      dnsNames: ['agents.ws-a.svc', 'ws-a.example.com'],
      federatesWith: ['partner.example'],
    }),
    agentOf('ws-b', { serviceAccount: 'other' }),
  ],
  NODES,
);

describe.skipIf(!hasTool('spire-entries'))("SPIRE's registration of entries", () => {
  row('spire-entries', 'makes, keeps, updates and removes entries by the registration Jobs');
  let server: SpireServer;
  beforeEach(async () => {
    server = await SpireServer.start('portarium.dev', ['partner.example']);
  });
  afterEach(() => server.stop());

  test.each([
    ['as small as they can be', document],
    ['with all that an entry can have', rich],
  ])('makes the entries of a Job, %s', (_, wanted) => {
    expect(server.runJobs(jobsFor(wanted))).toBeUndefined();
    expect(server.entries()).toEqual(sorted(wanted.entries));
  });

  test('changes nothing when the Job runs again', () => {
    server.runJobs(jobsFor(rich));
    const before = server.entries();
    expect(server.runJobs(jobsFor(rich))).toBeUndefined();
    expect(server.entries()).toEqual(before);
    // Though the server counts an update without looking whether it changes anything.
    expect(new Set(Object.values(server.revisions()))).toEqual(new Set(['2']));
  });

  test('brings entries to what is declared now', () => {
    server.runJobs(jobsFor(document));
    expect(server.runJobs(jobsFor(rich))).toBeUndefined();
    expect(server.entries()).toEqual(sorted(rich.entries));
    expect(server.runJobs(jobsFor(document))).toBeUndefined();
    expect(server.entries()).toEqual(sorted(document.entries));
  });

  test('removes what is retired, whether it is still there or not', () => {
    server.runJobs(jobsFor(document));
    const after = documentOf('ws-a');
    const retired = ids(documentOf('ws-b', 'ws-long-gone')).slice(1);
    for (const _ of ['once', 'again']) {
      expect(server.runJobs(jobsFor(after, retired))).toBeUndefined();
      expect(server.entries()).toEqual(sorted(after.entries));
    }
  });

  test('leaves entries of others alone', () => {
    const args = ['-spiffeID', 'spiffe://portarium.dev/other', '-parentID', 'spiffe://portarium.dev/node'];
    expect(server.entry('create', ...args, '-selector', 'k8s:ns:other', '-entryID', 'by-hand').code).toBe(0);
    server.runJobs(jobsFor(document));
    server.runJobs(jobsFor(documentOf(), ids(document).slice(1)));
    expect(server.entries().map((entry) => entry.entry_id)).toEqual(['by-hand', ...ids(documentOf())].sort());
  });

  test('fails the Job where somebody else holds a similar entry', () => {
    const [, { spiffe_id, parent_id, selectors } = expect.fail('no entry')] = document.entries;
    const args = ['-spiffeID', spiffe_id, '-parentID', parent_id, '-entryID', 'by-hand'];
    const options = selectors.flatMap(({ type, value }) => ['-selector', `${type}:${value}`]);
    expect(server.entry('create', ...args, ...options).code).toBe(0);
    expect(server.runJobs(jobsFor(document))).toMatchObject({ code: 1 });
  });

  test('fails the Job where the bundle of a federated domain is missing', () => {
    const foreign = entriesDocument([agentOf('ws-a', { federatesWith: ['unknown.example'] })], NODES);
    expect(server.runJobs(jobsFor(foreign))).toMatchObject({ code: 1 });
  });

  test('takes thousands of entries', () => {
    const many = documentOf(...Array.from({ length: 2000 }, (_, index) => `ws-${index}`));
    expect(server.runJobs(jobsFor(many))).toBeUndefined();
    expect(server.entries().length).toBe(2001);
  });
});

describe.skipIf(!hasTool('spire-entries'))('the runbooks', () => {
  const counted = row('spire-entries', 'takes the commands of every runbook as printed');
  test('print commands that SPIRE takes, and a way back that leaves nothing', async () => {
    requireManifests();
    const books = runbooks().map((file) => ({ file, commands: commandsIn(readFileSync(file, 'utf8')) }));
    expect(books.flatMap(({ commands }) => commands).join('\n')).toMatch(/entry create.*entry show.*entry delete/s);
    for (const { file, commands } of books) {
      const trustDomain = /spiffe:\/\/([^/\s]+)/.exec(commands.join('\n'))?.[1];
      if (trustDomain === undefined) continue;
      const server = await SpireServer.start(trustDomain);
      try {
        const created = new Set<string>();
        counted.cases(commands.length);
        for (const command of commands) {
          const { status, stdout, stderr } = inShell(server, command);
          expect({ file, command, status, stderr, stdout }).toMatchObject({ file, command, status: 0 });
          for (const [, id = ''] of command.matchAll(/-entryID (\S+)/g)) created.add(id);
          if (!/entry delete/.test(command)) {
            expect(server.entries().map((entry) => entry.entry_id)).toEqual([...created].sort());
          }
        }
        const left = server.entries().filter((entry) => !entry.parent_id.endsWith('/spire/server'));
        expect(left).toEqual([]);
      } finally {
        await server.stop();
      }
    }
  });
});

function runbooks(): string[] {
  return readdirSync(manifests, { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === 'RUNBOOK.md')
    .map((file) => path.join(manifests, file));
}

/** Blocks of shell commands that speak of entries, as printed. */
function commandsIn(text: string): string[] {
  return [...text.matchAll(/```sh\n(.*?)```/gs)]
    .map(([, block = '']) => block)
    .filter((block) => block.includes('spire-server entry'));
}

/** Runs commands in a shell that finds spire-server, and a kubectl that only knows `exec … -- command`. */
function inShell(server: SpireServer, commands: string) {
  const bin = path.join(server.folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const tool = inject('tools')['spire-entries'] ?? '';
  const write = (name: string, text: string) => writeFileSync(path.join(bin, name), text, { mode: 0o755 });
  write(
    'spire-server',
    `#!/bin/sh\nnoun=$1 verb=$2\nshift 2\nexec '${tool}' "$noun" "$verb" -socketPath '${server.socket}' "$@"\n`,
  );
  write('kubectl', '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift 2\nexec spire-server "$@"\n');
  return spawnSync('sh', ['-e', '-c', commands], {
    env: { ...process.env, PATH: `${bin}:${process.env.PATH ?? ''}` },
    encoding: 'utf8',
  });
}
