import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../lib/kube/object';
import { dnsLabelProblem } from '../../../../lib/model/name';
import { type EntriesDocument, entriesDocument } from '../../../../lib/render/identity/entries';
import { type RegistrationJobOptions, registrationJobs } from '../../../../lib/render/identity/registration-job';
import { workloadProblems } from '../../../../lib/render/workload/workload-problem';
import { agentOf, NODES } from '../../model/identity/identities';
import { expectProblem, problemOf } from '../../model/refusal';
import { type SpireServer, spireServer } from './spire-server';

const OPTIONS: RegistrationJobOptions = {
  name: 'spire-entries',
  namespace: 'spire-system',
  trustDomain: 'portarium.dev',
  labels: { app: 'spire-entries' },
  image: 'ghcr.io/spiffe/spire-server:1.15.3',
  socketDirectory: '/run/spire/server/private',
  server: { namespace: 'spire-system', labels: { app: 'spire-server' } },
};

const documentOf = (...workspaces: readonly string[]) =>
  entriesDocument(
    workspaces.map((workspace) => agentOf(workspace)),
    NODES,
  );
const ids = (document: EntriesDocument) => document.entries.map((entry) => entry.entry_id);
const byId = ({ entries }: EntriesDocument) =>
  [...entries].sort((one, other) => (one.entry_id < other.entry_id ? -1 : 1));
const document = documentOf('ws-a', 'ws-b');

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly securityContext: unknown;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly: boolean }[];
}
interface PodSpec extends Readonly<Record<string, unknown>> {
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
}

const podOf = (job: KubeObject | undefined) =>
  (job as unknown as { spec: { template: { spec: PodSpec } } }).spec.template.spec;
const jobsOf = (objects: readonly KubeObject[]) => objects.filter(({ kind }) => kind === 'Job');

/** Runs a Job as Kubernetes does: a whole pod at a time, and another one while any command fails. */
function run(server: SpireServer, objects: readonly KubeObject[], attempts = 1): boolean {
  return jobsOf(objects).every((job) => {
    const configMap = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === job.metadata.name);
    const pod = podOf(job);
    const once = () =>
      [...pod.initContainers, ...pod.containers].every(
        ({ command }) => server.run(command, configMap?.data as Readonly<Record<string, string>>) === 0,
      );
    return Array.from({ length: attempts }).some(once);
  });
}

describe('against a server', () => {
  test('makes the entries, and changes nothing the second time', () => {
    const server = spireServer();
    expect(run(server, registrationJobs(document, OPTIONS))).toBe(true);
    expect(server.entries()).toEqual(byId(document));
    expect(run(server, registrationJobs(document, OPTIONS))).toBe(true);
    expect(server.entries()).toEqual(byId(document));
  });

  test('brings entries to what is declared now', () => {
    const server = spireServer();
    run(server, registrationJobs(document, OPTIONS));
    const changed = entriesDocument(
      [agentOf('ws-a', { x509SvidTtl: 600 }), agentOf('ws-b', { serviceAccount: 'other' })],
      NODES,
    );
    expect(run(server, registrationJobs(changed, OPTIONS))).toBe(true);
    expect(server.entries()).toEqual(byId(changed));
  });

  test('fails where somebody else holds a similar entry', () => {
    const server = spireServer();
    const [, first] = document.entries;
    server.add({ ...first, entry_id: 'by-hand' } as never);
    expect(run(server, registrationJobs(document, OPTIONS))).toBe(false);
  });

  test('fails where the server refuses an entry', () => {
    const server = spireServer();
    const foreign = entriesDocument([agentOf('ws-a', { federatesWith: ['unknown.example'] })], NODES);
    expect(run(server, registrationJobs(foreign, OPTIONS))).toBe(false);
  });

  test('removes what is retired, whether it is still there or not', () => {
    const server = spireServer();
    run(server, registrationJobs(document, OPTIONS));
    const after = documentOf('ws-a');
    const retired = ids(documentOf('ws-b', 'ws-long-gone')).slice(1);
    for (const _ of ['once', 'again']) {
      expect(run(server, registrationJobs(after, { ...OPTIONS, retired }))).toBe(true);
      expect(server.entries()).toEqual(byId(after));
    }
  });

  test('fails where a retired entry cannot be removed', () => {
    const server = spireServer();
    run(server, registrationJobs(document, OPTIONS));
    server.holdOn(ids(document)[1] ?? '');
    expect(run(server, registrationJobs(documentOf('ws-b'), { ...OPTIONS, retired: [ids(document)[1] ?? ''] }))).toBe(
      false,
    );
  });

  test('an owner who takes over an identity gets it once the old entry is gone', () => {
    const server = spireServer();
    run(server, registrationJobs(document, OPTIONS));
    const moved = entriesDocument([agentOf('ws-a', { owner: 'ws-c' }), agentOf('ws-b')], NODES);
    const retired = ids(document).filter((id) => !ids(moved).includes(id));
    const jobs = registrationJobs(moved, { ...OPTIONS, retired });
    expect(run(server, [...jobs].reverse(), 1)).toBe(false);
    expect(run(server, jobs, 6)).toBe(true);
    expect(server.entries()).toEqual(byId(moved));
  });

  test('thousands of entries fit into objects that Kubernetes takes', () => {
    const many = documentOf(...Array.from({ length: 3000 }, (_, index) => `ws-${index}`));
    const jobs = registrationJobs(many, OPTIONS);
    for (const object of jobs) expect(Buffer.byteLength(JSON.stringify(object))).toBeLessThan(1024 * 1024);
    expect(jobsOf(jobs).length).toBeLessThan(8);
    const names = jobsOf(jobs).map(({ metadata }) => metadata.name);
    expect(new Set(names).size).toBe(names.length);
    const server = spireServer();
    expect(run(server, jobs)).toBe(true);
    expect(server.entries().length).toBe(3001);
  });
});

describe('the objects', () => {
  const objects = registrationJobs(document, { ...OPTIONS, retired: ids(documentOf('ws-z')).slice(1) });

  test('are a ConfigMap and a Job for each task, under one name', () => {
    expect(objects.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)).toEqual([
      'v1 ConfigMap',
      'batch/v1 Job',
      'v1 ConfigMap',
      'batch/v1 Job',
    ]);
    for (const [configMap, job] of [objects.slice(0, 2), objects.slice(2)]) {
      expect(job?.metadata).toEqual({ ...configMap?.metadata, annotations: expect.anything() });
      expect(job?.metadata).toMatchObject({ namespace: 'spire-system', labels: { app: 'spire-entries' } });
      expect(dnsLabelProblem(job?.metadata.name ?? '', 'Job')).toBeUndefined();
      expect(configMap?.immutable).toBe(true);
      expect(podOf(job).volumes).toContainEqual({ name: 'entries', configMap: { name: configMap?.metadata.name } });
    }
    expect(objects[1]?.metadata.name).toMatch(/^spire-entries-retire-[0-9a-f]{10}$/);
    expect(objects[3]?.metadata.name).toMatch(/^spire-entries-[0-9a-f]{10}$/);
  });

  test('pods are as locked down as a socket on the node allows', () => {
    for (const job of jobsOf(objects)) {
      const pod = podOf(job);
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        restartPolicy: 'Never',
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 1000,
          runAsGroup: 1000,
          seccompProfile: { type: 'RuntimeDefault' },
        },
      });
      for (const key of ['hostNetwork', 'hostPID', 'hostIPC', 'serviceAccountName'])
        expect(pod).not.toHaveProperty(key);
      const containers = [...pod.initContainers, ...pod.containers];
      expect(containers).toHaveLength(2);
      for (const container of containers) {
        expect(container.image).toBe('ghcr.io/spiffe/spire-server:1.15.3');
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.volumeMounts.every(({ mountPath, readOnly }) => readOnly || mountPath === '/tmp')).toBe(true);
      }
    }
  });

  test('the socket comes from the node of a server, and from nowhere else', () => {
    const pod = podOf(objects[3]);
    expect(pod.volumes).toContainEqual({
      name: 'spire-server-socket',
      hostPath: { path: '/run/spire/server/private', type: 'Directory' },
    });
    expect(pod.affinity).toEqual({
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          {
            topologyKey: 'kubernetes.io/hostname',
            namespaces: ['spire-system'],
            labelSelector: { matchLabels: { app: 'spire-server' } },
          },
        ],
      },
    });
    expect(pod.containers[0]?.volumeMounts).toContainEqual({
      name: 'spire-server-socket',
      mountPath: '/tmp/spire-server/private',
      readOnly: true,
    });
  });

  test('each container runs one command of the program, on the socket', () => {
    const commands = jobsOf(objects).map((job) => {
      const { initContainers, containers } = podOf(job);
      return [...initContainers, ...containers].map(({ name, command }) => `${name}: ${command.join(' ')}`);
    });
    const program = '/opt/spire/bin/spire-server entry';
    const socket = '-socketPath /tmp/spire-server/private/api.sock';
    expect(commands).toEqual([
      [
        `tombstone: ${program} create ${socket} -output json -data /entries/tombstones.json`,
        `delete: ${program} delete ${socket} -file /entries/retired.json`,
      ],
      [
        `create: ${program} create ${socket} -output json -data /entries/entries.json`,
        `update: ${program} update ${socket} -data /entries/entries.json`,
      ],
    ]);
  });

  test('exemptions say why, and that is all that the baseline has against the Jobs', () => {
    for (const job of jobsOf(objects)) {
      const problems = workloadProblems(job);
      expect(problems.map(({ rule }) => rule)).toEqual(['host-path', 'run-as-user']);
      expect(problems[0]?.message).toContain("'/run/spire/server/private'");
      expect(problems[0]?.exemption).toMatch(/Unix socket/);
      expect(problems[1]?.exemption).toMatch(/user of the server, 1000:1000/);
    }
  });

  test('other users are asked for', () => {
    const made = registrationJobs(document, { ...OPTIONS, runAsUser: 10001, runAsGroup: 10002 });
    expect(podOf(made[1]).securityContext).toMatchObject({ runAsUser: 10001, runAsGroup: 10002 });
    expect(workloadProblems(made[1] as KubeObject).map(({ rule }) => rule)).toEqual(['host-path']);
  });

  test('without entries there is nothing to do', () => {
    expect(registrationJobs({ entries: [] }, OPTIONS)).toEqual([]);
  });

  test('labels are left out where there are none', () => {
    const { labels: _, ...bare } = OPTIONS;
    const [configMap, job] = registrationJobs(document, bare);
    expect(configMap?.metadata).not.toHaveProperty('labels');
    expect((job as unknown as { spec: { template: object } }).spec.template).not.toHaveProperty('metadata');
  });
});

describe('a name stands for one content', () => {
  const nameOf = (of: EntriesDocument, change: Partial<RegistrationJobOptions> = {}) =>
    registrationJobs(of, { ...OPTIONS, ...change })[0]?.metadata.name;

  test('the same program has the same names', () => {
    expect(nameOf(documentOf('ws-b', 'ws-a'))).toBe(nameOf(documentOf('ws-a', 'ws-b')));
  });

  // A Job's pod template cannot be changed.
  test.each<readonly [string, EntriesDocument, Partial<RegistrationJobOptions>]>([
    ['entries', documentOf('ws-a'), {}],
    ['a lifetime', entriesDocument([agentOf('ws-a', { x509SvidTtl: 5 }), agentOf('ws-b')], NODES), {}],
    ['an image', document, { image: 'ghcr.io/spiffe/spire-server:1.15.4' }],
    ['a user', document, { runAsUser: 1001 }],
    ['a socket', document, { socketDirectory: '/run/other/private' }],
    ['labels', document, { labels: { app: 'other' } }],
  ])('other %s have another', (_, of, change) => expect(nameOf(of, change)).not.toBe(nameOf(document)));
});

describe('refuses', () => {
  test.each<readonly [Partial<RegistrationJobOptions>, RegExp, RegExp]>([
    [{ name: 'Entries' }, /name of the registration Job 'Entries'/, /lower-case/],
    [{ name: 'a'.repeat(46) }, /has 46 characters/, /45 characters at most/],
    [{ namespace: 'a.b' }, /namespace of the registration Job/, /lower-case/],
    [{ trustDomain: 'TD' }, /upper case/, /lower case/],
    [{ socketDirectory: 'run' }, /is not the path of a socket/, /absolute path/],
    [{ socketDirectory: '/run/../etc' }, /is not the path of a socket/, /absolute path/],
    [{ retired: [ids(document)[1] ?? ''] }, /is declared and retired/, /retiredEntryIds/],
    [{ retired: ['6837984a-bc44-462b-9ca6-5cd59be35066'] }, /is not one of ours/, /'portcullis\.'/],
    [{ retired: ['portcullis.a b'] }, /is not one of ours/, /'portcullis\.'/],
    [{ retired: ['portcullisx.a'] }, /is not one of ours/, /'portcullis\.'/],
  ])('%j', (change, message, fix) => {
    expectProblem(
      problemOf(() => registrationJobs(document, { ...OPTIONS, ...change })),
      message,
      fix,
    );
  });

  test('takes the longest name', () => {
    const retired = ids(documentOf('ws-z')).slice(1);
    const objects = registrationJobs(document, { ...OPTIONS, name: 'a'.repeat(45), retired });
    for (const { metadata } of objects) expect(dnsLabelProblem(metadata.name, 'Job')).toBeUndefined();
  });
});
