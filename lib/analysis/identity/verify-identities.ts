import { type Finding, quoted } from '../../finding';
import type { Manifests } from '../load/manifests';
import { entriesOfDocument } from './entries-document';
import { type IdentityEntry, isAboutPods } from './entry';
import { entryFindings, findingAt } from './entry-findings';
import { jobEntries } from './job-entries';
import { Pods } from './match';
import { accountFindings, parentFindings, registrarFindings } from './registration-findings';
import { resourceEntries } from './resource-entries';
import { nameOf, sharedFindings } from './shared-identity';

/** What a SPIRE server would hold, and what is wrong with it. */
export interface IdentityVerification {
  /** In the order of the manifests: those of resources, of Jobs, of files. */
  readonly entries: readonly IdentityEntry[];
  readonly findings: readonly Finding[];
}

/**
 * Holds what manifests register with SPIRE against their workloads: ClusterSPIFFEIDs, ClusterStaticEntries,
 * `entries.json` of ConfigMaps that Jobs mount, and files of that name for `spire-server entry create -data`.
 *
 * | rule | what is wrong |
 * |---|---|
 * | `identity-by-label-alone` | an entry without service account: whoever may create a pod gains the identity |
 * | `identity-matches-nothing` | an entry that no workload meets |
 * | `identity-selectors-incomplete` | an entry without namespace or label |
 * | `invalid-entries` | `entries.json` that spire-server cannot read, or reads otherwise than it is written |
 * | `invalid-selector` | a selector that nobody ever meets |
 * | `invalid-spiffe-id` | a SPIFFE ID that SPIRE refuses |
 * | `missing-service-account` | an account that the manifests do not hold |
 * | `parent-not-registered` | an entry that no agent is ever given |
 * | `shared-identity` | a workload with two SPIFFE IDs, or two workspaces with one |
 * | `two-registrars` | Jobs or files whose entries the controller manager deletes |
 *
 * @example
 * const { entries, findings } = verifyIdentities(loadManifests(['dist/manifests/prod']));
 */
export function verifyIdentities(manifests: Manifests): IdentityVerification {
  const { registering = [], entryFiles = [] } = manifests;
  const fromJobs = jobEntries(registering);
  const fromFiles = entryFiles.map(({ value, source, lines }) =>
    entriesOfDocument(value, { registrar: 'file', object: 'entries.json', source, lines }),
  );
  const declared = [
    ...resourceEntries(registering),
    ...fromJobs.entries,
    ...fromFiles.flatMap(({ entries }) => entries),
  ];
  const pods = new Pods(manifests);
  const entries = pods.match(declared);
  const isKnown = manifests.workloads.some(
    (workload) => workload.kind !== 'Job' || !fromJobs.jobs.has(nameOf(workload)),
  );
  return {
    entries,
    findings: [
      ...fromJobs.findings,
      ...fromFiles.flatMap(({ findings }) => findings),
      ...entries.flatMap(entryFindings),
      ...parentFindings(entries),
      ...registrarFindings(entries),
      ...accountFindings(entries, registering),
      ...(isKnown ? unmatchedFindings(entries, pods) : unknownFindings(entries)),
      ...sharedFindings(entries, pods),
    ],
  };
}

function unmatchedFindings(entries: readonly IdentityEntry[], pods: Pods): readonly Finding[] {
  return entries
    .filter((entry) => isAboutPods(entry) && entry.workloads.length === 0 && !entry.fallback)
    .map((entry) => {
      const near = pods.nearest(entry);
      const hint = near === undefined ? '' : `; ${nameOf(near.workload)} lacks only ${near.lacks}`;
      const message = `no workload would be issued ${quoted(entry.spiffeId)}${hint}`;
      const fix = 'correct the selectors or the workload, or remove the entry';
      return findingAt(entry, 'identity-matches-nothing', 'error', { message, fix });
    });
}

/** Where there are no workloads at all, one finding says so for all entries. */
function unknownFindings(entries: readonly IdentityEntry[]): readonly Finding[] {
  const about = entries.filter(isAboutPods);
  const [first] = about;
  if (first === undefined) return [];
  const number = about.length === 1 ? 'the entry matches' : `any of the ${about.length} entries matches`;
  const message = `the manifests hold no workloads, so nothing tells whether ${number} one`;
  const fix = 'name the manifests of the workloads too, or the inventory.json beside the policies';
  return [findingAt(first, 'identity-matches-nothing', 'warning', { message, fix })];
}
