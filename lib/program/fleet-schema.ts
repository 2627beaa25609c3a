import * as v from 'valibot';
import { counts, described, dialect, finding, says, version } from '../analysis/format/json-parts';
import { RESOURCES } from '../fleet/demand';

/** What `portcullis fleet plan` prints with `--format json`. */

const demand = (description: string) =>
  described(
    v.strictObject({
      identities: described(v.number(), 'Security identities.'),
      policyMapEntries: described(v.number(), 'Entries of the fullest policy map of an endpoint.'),
      objects: described(v.number(), 'Kubernetes objects.'),
    }),
    description,
  );

const cluster = v.strictObject({
  name: says('Its name, and the folder of its manifests.'),
  dialect,
  trustDomain: v.optional(says('Trust domain of its SPIRE.')),
  use: demand('What it holds.'),
  budget: demand('What it may hold: what the headroom leaves of the limits.'),
  limits: demand('What it could hold.'),
  free: v.optional(counts('Workspaces that still fit; absent if nothing that they use is bounded.')),
  bound: v.optional(described(v.picklist(RESOURCES), 'What runs out first.')),
  workspaces: described(v.array(v.string()), 'Ids of its workspaces.'),
});

const next = v.strictObject({
  workspaces: counts('Workspaces of the fleet.'),
  free: v.optional(counts('Workspaces that still fit, of the kind for which there is least room.')),
  where: v.optional(described(v.record(v.string(), v.string()), 'What workspaces of that kind ask of their cluster.')),
  months: v.optional(described(v.number(), 'Months until there is no room, if the fleet grows as expected.')),
  due: described(v.boolean(), 'Whether the next cluster has to be begun now.'),
});

const move = v.strictObject({
  workspace: says('Its id.'),
  from: v.optional(says('Where it was, two clusters with a comma between them while it moved; absent for a new one.')),
  to: v.optional(
    says('Where it is, two clusters with a comma between them while it moves; absent for one that is gone.'),
  ),
});

export const fleetSchema = v.strictObject({
  schemaVersion: version,
  headroom: described(v.number(), 'Share of every limit that stays free.'),
  clusters: described(v.array(cluster), 'The clusters, in the order of the fleet.'),
  next: described(next, 'How far the fleet can grow.'),
  moves: described(v.array(move), 'What differs from the plan that was last written.'),
  findings: described(v.array(finding), 'What is wrong.'),
});
