import * as v from 'valibot';
import { construct, counts, type Data, described, file, finding, line, says, version } from './json-parts';

/** What `verify identity` prints with `--format json`. */

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;
const labelSelector = (description: string) =>
  v.optional(
    described(
      v.strictObject({
        matchLabels: described(v.record(v.string(), v.string()), 'Labels that have to be there.'),
        matchExpressions: described(
          v.array(
            v.strictObject({
              key: says('Key of a label.'),
              operator: described(v.picklist(operators), 'As Kubernetes knows them.'),
              values: described(v.array(v.string()), 'For In and NotIn; empty for the others.'),
            }),
          ),
          'What else is asked of labels.',
        ),
      }),
      description,
    ),
  );

const workload = v.strictObject({
  namespace: says('Its namespace.'),
  name: says('Its name.'),
  kind: says('Deployment, Job, Pod, …; Component for what an inventory lists.'),
});

const entry = v.strictObject({
  spiffeId: says('As it is written; that of a ClusterSPIFFEID may be a template of Go.'),
  registrar: described(
    v.picklist(['ClusterSPIFFEID', 'ClusterStaticEntry', 'Job', 'file']),
    'What makes the entry: a resource of the controller manager, a Job, or whoever gives the file to spire-server.',
  ),
  object: says('What declares it: kind, namespace and name; entries.json for a file.'),
  file,
  line,
  construct: v.optional(construct),
  parentId: v.optional(says('Absent for a ClusterSPIFFEID, which stands under the agent of the node.')),
  selectors: described(v.array(v.string()), 'k8s:ns:shop; all of them have to be met.'),
  podSelector: labelSelector('Pods of a ClusterSPIFFEID; absent: all.'),
  namespaceSelector: labelSelector('Namespaces of a ClusterSPIFFEID; absent: all.'),
  className: v.optional(says('Class of the controller manager.')),
  hint: v.optional(says('Tells a workload with several SVIDs which one to take.')),
  ttl: v.optional(says('How long an X.509-SVID lives, as a duration of Go.')),
  jwtTtl: v.optional(says('How long a JWT-SVID lives.')),
  fallback: v.optional(described(v.literal(true), 'For pods that no other ClusterSPIFFEID selects.')),
  workloads: described(v.array(workload), 'Who would be issued the SPIFFE ID, as far as manifests tell.'),
});

export const identitySchema = v.strictObject({
  schemaVersion: version,
  objects: counts('Number of objects that were read.'),
  entries: described(v.array(entry), 'What the SPIRE server would hold.'),
  findings: described(v.array(finding), 'What could not be read, and then what is wrong with the entries.'),
});

/** What `portcullis verify identity --format json` prints. */
export type IdentityJson = Data<v.InferOutput<typeof identitySchema>>;
