import * as v from 'valibot';
import { deliveryPathProblem, durationProblem, repositoryProblem } from '../model/delivery-source';
import { checked, described } from './check';
import { namespace } from './value-schema';

const path = described(
  checked(v.string(), deliveryPathProblem),
  "Folder in the repository that holds this environment's folder: manifests for manifests/prod/portarium.",
);

const duration = (description: string) => v.optional(described(checked(v.string(), durationProblem), description));

const argo = v.strictObject({
  repository: described(checked(v.string(), repositoryProblem), 'Address of the repository, over https or ssh.'),
  path,
  revision: v.optional(described(v.string(), 'Branch, tag or commit. Default: HEAD')),
  namespace: namespace('Namespace of Argo CD. Default: argocd'),
  server: v.optional(
    described(v.string(), "The cluster's API server as Argo CD knows it. Default: https://kubernetes.default.svc"),
  ),
  rootProject: v.optional(described(v.string(), 'Project of the Application that brings the others. Default: default')),
});

const flux = v.strictObject({
  source: described(
    v.strictObject({
      kind: v.optional(described(v.picklist(['GitRepository', 'OCIRepository', 'Bucket']), 'Default: GitRepository')),
      name: described(v.string(), 'Its name.'),
    }),
    'The source that holds the manifests; it is there already.',
  ),
  path,
  namespace: namespace('Namespace of the Kustomizations and of the source. Default: flux-system'),
  interval: duration('How often the cluster is held against the source. Default: 10m'),
  timeout: duration('How long a step may take to become healthy. Default: 5m'),
});

export const deliverySchema = v.union([
  v.strictObject({ argo: described(argo, 'Argo CD: an ApplicationSet over the workspaces, in sync waves.') }),
  v.strictObject({ flux: described(flux, 'Flux: a Kustomization for each step, each after the one before.') }),
]);
