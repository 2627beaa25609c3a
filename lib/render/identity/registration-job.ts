import { createHash } from 'node:crypto';
import { InvalidValueError, quoted } from '../../finding';
import type { KubeObject } from '../../kube/object';
import { SUPPRESS_ANNOTATION } from '../../kube/suppression';
import { socketPathProblem } from '../../model/identity/mtls';
import { trustDomainProblem } from '../../model/identity/trust-domain';
import type { Labels } from '../../model/label';
import { dnsLabelProblem } from '../../model/name';
import type { EntriesDocument } from './entries';
import { inBatches, tombstones } from './entry-batch';
import { ENTRY_ID_PREFIX } from './entry-id';
import {
  type Command,
  type RegistrationPodOptions,
  registrationExemptions,
  registrationPod,
  SERVER_SOCKET,
} from './registration-pod';

/** Characters of a Job's name that its base may take: a digest follows, and pods carry the name in a label. */
const LONGEST_NAME = 63 - '-retire-'.length - 10;
/** Ids that we gave; those of others are not ours to delete. */
const ENTRY_ID = new RegExp(`^${ENTRY_ID_PREFIX.replace('.', '\\.')}[A-Za-z0-9._-]+$`);

export interface RegistrationJobOptions extends RegistrationPodOptions {
  /** Base of the names; every Job adds what it does and a digest of it. */
  readonly name: string;
  readonly namespace: string;
  /** Trust domain of the server. */
  readonly trustDomain: string;
  /** Labels of the objects and of the pods. */
  readonly labels?: Labels;
  /** Ids of our entries that are no longer declared, as retiredEntryIds() finds them. */
  readonly retired?: readonly string[];
}

/**
 * Registers entries without a controller, in Jobs that can run any number of times.
 *
 * The SPIRE server takes registrations on a Unix socket only, and its image has no shell, so a container is one
 * command and nothing can look at an exit code. What the commands do is the whole program:
 *
 * 1. `entry create -output json`: makes what is missing. With JSON output the command exits 0 whatever became of the
 *    entries (cmd/spire-server/cli/entry/create.go of SPIRE 1.15.3: only the text printer turns failed entries into
 *    an error), so entries that exist do not stop the pod. A server that cannot be reached, and a file that cannot be
 *    parsed, still do.
 * 2. `entry update`, in text: brings every entry to what is declared, and exits 1 if any of our ids is not there. So
 *    whatever step 1 could not create fails the Job here: an entry that the server refused, a federated trust domain
 *    whose bundle it does not have, and one whose place is taken by a similar entry of somebody else.
 *
 * Entries that are no longer declared are removed by id, since no command compares two lists. They take two steps as
 * well, because `entry delete` in text fails for an id that is gone already, and in JSON hides every failure:
 *
 * 1. `entry create -output json` of tombstones: entries with the same ids, under a parent that no agent has. Where the
 *    old entry is there, its id is taken and nothing changes; where it is gone, the tombstone takes its place.
 * 2. `entry delete`, in text: now every id exists, so any failure is a real one.
 *
 * A Job that runs again leaves every entry as it is, but counts as an update: the server raises the revision without
 * comparing, and agents renew the SVIDs of entries whose revision changed (pkg/agent/manager/sync.go).
 *
 * A Job's pod cannot be changed, so the name holds a digest of everything in it: other entries are another Job.
 *
 * The Jobs need no order. A new entry that is similar to a retired one fails until that is gone, and Kubernetes tries
 * again, six times in about ten minutes.
 *
 * Not beside a spire-controller-manager with an empty `entryIDPrefix`: it deletes every entry that it did not make.
 *
 * The Jobs have the baseline of every workload, and exemptions from it for the socket, in their annotations.
 *
 * @returns a ConfigMap and a Job for each batch of entries
 * @throws InvalidValueError for a name or path that Kubernetes refuses, and for an id that is declared and retired
 */
export function registrationJobs(document: EntriesDocument, options: RegistrationJobOptions): readonly KubeObject[] {
  const retired = [...new Set(options.retired)].sort();
  check(document, retired, options);
  const register = inBatches(document.entries).map((entries) =>
    job(options, '', { 'entries.json': json({ entries }) }, [
      ['create', ['entry', 'create', '-output', 'json', '-data', '/entries/entries.json']],
      ['update', ['entry', 'update', '-data', '/entries/entries.json']],
    ]),
  );
  const retire = inBatches(tombstones(retired, options.trustDomain)).map((entries) => {
    const ids = entries.map((entry) => entry.entry_id);
    return job(options, '-retire', { 'tombstones.json': json({ entries }), 'retired.json': json({ ids }) }, [
      ['tombstone', ['entry', 'create', '-output', 'json', '-data', '/entries/tombstones.json']],
      ['delete', ['entry', 'delete', '-file', '/entries/retired.json']],
    ]);
  });
  return [...retire, ...register].flat();
}

function check(document: EntriesDocument, retired: readonly string[], options: RegistrationJobOptions): void {
  const { name, namespace, socketDirectory } = options;
  const problem =
    dnsLabelProblem(name, 'name of the registration Job') ??
    dnsLabelProblem(namespace, 'namespace of the registration Job') ??
    trustDomainProblem(options.trustDomain) ??
    socketPathProblem(`${socketDirectory}/${SERVER_SOCKET}`);
  if (problem !== undefined) throw new InvalidValueError(problem);
  if (name.length > LONGEST_NAME) {
    throw new InvalidValueError({
      message: `name of the registration Job '${name}' has ${name.length} characters`,
      fix: `shorten it to ${LONGEST_NAME} characters at most`,
    });
  }
  const declared = new Set(document.entries.map((entry) => entry.entry_id));
  const both = retired.find((id) => declared.has(id));
  if (both !== undefined) {
    throw new InvalidValueError({
      message: `entry ${quoted(both)} is declared and retired`,
      fix: 'retire only what retiredEntryIds() finds',
    });
  }
  const foreign = retired.find((id) => !ENTRY_ID.test(id));
  if (foreign !== undefined) {
    throw new InvalidValueError({
      message: `entry ${quoted(foreign)} is not one of ours`,
      fix: `retire only ids that start with '${ENTRY_ID_PREFIX}'`,
    });
  }
}

function job(
  options: RegistrationJobOptions,
  does: string,
  data: Readonly<Record<string, string>>,
  commands: readonly Command[],
): readonly KubeObject[] {
  const { namespace, labels } = options;
  const podWith = (name: string) => registrationPod(options, commands, [{ name: 'entries', configMap: { name } }]);
  const annotations = { [SUPPRESS_ANNOTATION]: registrationExemptions(options) };
  const digest = createHash('sha256')
    .update(JSON.stringify([data, podWith(''), labels, annotations]))
    .digest('hex')
    .slice(0, 10);
  const name = `${options.name}${does}-${digest}`;
  const metadata = labels === undefined ? { name, namespace } : { name, namespace, labels };
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, immutable: true, data },
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { ...metadata, annotations },
      spec: {
        backoffLimit: 6,
        template: { ...(labels === undefined ? {} : { metadata: { labels } }), spec: podWith(name) },
      },
    },
  ];
}

/** Indented, since reviewers read the ConfigMap. */
function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
