import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { Finding } from '../finding';
import { collectDependencies, type Dependency } from './dependency';
import { findingsOf } from './finding-source';
import { Kustomization } from './kustomization';
import { ManifestDocument } from './manifest-document';
import { unprovedOf } from './unproved';
import { visit } from './visit';

/** Everything that one pass over a construct tree finds. */
export interface Tree {
  /** API objects in the order of the tree. */
  readonly objects: readonly ApiObject[];
  readonly documents: readonly ManifestDocument[];
  readonly kustomizations: readonly Kustomization[];
  readonly findings: readonly Finding[];
  /** Claims that rendering does not prove. */
  readonly unproved: readonly Finding[];
  readonly dependencies: readonly Dependency[];
}

/** Walks a construct tree in one linear pass, and in a second one if anything in it has dependencies. */
export function walkTree(root: IConstruct): Tree {
  const objects: ApiObject[] = [];
  const documents: ManifestDocument[] = [];
  const kustomizations: Kustomization[] = [];
  const findings: Finding[] = [];
  const unproved: Finding[] = [];
  const dependents: IConstruct[] = [];
  visit(root, (construct) => {
    if (ApiObject.isApiObject(construct)) objects.push(construct);
    else if (ManifestDocument.isManifestDocument(construct)) documents.push(construct);
    else if (Kustomization.isKustomization(construct)) kustomizations.push(construct);
    for (const finding of findingsOf(construct)) findings.push(finding);
    for (const finding of unprovedOf(construct)) unproved.push(finding);
    if (construct.node.dependencies.length > 0) dependents.push(construct);
  });
  const dependencies = collectDependencies(root, objects, dependents);
  return { objects, documents, kustomizations, findings, unproved, dependencies };
}
