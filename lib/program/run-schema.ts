import * as v from 'valibot';
import { counts, described, finding, says, version } from '../analysis/format/json-parts';

/** What `portcullis synth --json` prints. */

const root = v.strictObject({
  environment: says('Name of the environment.'),
  program: says('Name of the program.'),
  outdir: says('Folder of its manifests.'),
  workspaces: counts('Workspaces of its platforms.'),
  objects: counts('Kubernetes objects.'),
  edges: counts('Edges that its platforms declare.'),
  written: counts('Files that are new or changed.'),
  unchanged: counts('Files that were left as they are.'),
  removed: counts('Files of the last run that are gone.'),
  proof: described(
    v.strictObject({
      pairs: counts('Pairs of ends that were compared with the declared edges.'),
      accepted: counts('Differences that the program accepts.'),
    }),
    'The comparison of the manifests with the edges.',
  ),
});

export const synthSchema = v.strictObject({
  schemaVersion: version,
  roots: described(
    v.array(root),
    'What was written, for each environment and program; empty where nothing was, because something is wrong.',
  ),
  findings: described(v.array(finding), 'What is wrong.'),
  seconds: described(v.number(), 'How long it took.'),
});
