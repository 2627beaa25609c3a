import { basename } from 'node:path';
import type { ApiObject, App } from 'cdk8s';
import { type Finding, InvalidValueError } from '../finding';
import { isDefaultDeny } from '../kube/default-deny';
import type { KubeObject } from '../kube/object';
import { ManifestRenderer } from '../synth/manifest-renderer';
import { checkObjects } from '../synth/object-check';
import { applyOrder } from '../synth/order';
import { holdsOutput, writtenOutputProblem } from '../synth/output';
import { type Tree, walkTree } from '../synth/tree';
import { OutputResolver } from './output-resolver';
import { checkNamespaces, checkProvable, type Rendered } from './resource-check';
import { defaultDenyDependencies, resourceDependencies } from './resource-order';

/** An object as it is registered. */
export interface PlannedResource {
  /** Path of the construct. */
  readonly construct: string;
  /** The object, with Outputs where the program put them. */
  readonly manifest: KubeObject;
  /** Resources that come before it, as indices of the plan. */
  readonly dependsOn: readonly number[];
  readonly isDefaultDeny: boolean;
}

export interface ResourcePlan {
  /** In an order in which each resource stands after all that it depends on. */
  readonly resources: readonly PlannedResource[];
  /** Which pods there will be, for those who judge the policies: `inventory.json` of each platform. */
  readonly inventories: readonly unknown[];
  /** What is wrong with the program, as synthesis says it too. */
  readonly programFindings: readonly Finding[];
  /** What is wrong with its objects as resources. */
  readonly findings: readonly Finding[];
  /** Warnings of claims that are still to be proved. */
  readonly unproved: readonly Finding[];
  /** Errors for those who claim to have proved the program. */
  readonly unprovable: readonly Finding[];
}

/**
 * Renders and orders the objects of an app, the same ones that synthesis writes, without registering anything. If there
 * are errors, there may be resources missing.
 */
export function planResources(app: App): ResourcePlan {
  const tree = walkTree(app);
  const outputs = new OutputResolver();
  const { rendered, findings: refused } = outputs.within(app, () => renderAll(app, tree));
  const manifests = rendered.map(({ manifest }) => manifest);
  // Indices of dependencies are those of the tree, and would mean other objects where some could not be rendered.
  const isComplete = refused.length === 0;
  const dependencies = isComplete ? [...tree.dependencies, ...defaultDenyDependencies(manifests)] : [];
  const sorted = applyOrder(tree.objects, dependencies);
  return {
    resources: isComplete
      ? inOrder(tree.objects, sorted.order, manifests, resourceDependencies(manifests, dependencies), outputs)
      : [],
    inventories: tree.documents
      .filter(({ file }) => basename(file) === 'inventory.json')
      .map((document) => JSON.parse([...document.render()].join('')) as unknown),
    programFindings: [...tree.findings, ...sorted.findings, ...checkObjects(tree.objects), ...refused],
    findings: checkNamespaces(rendered),
    unproved: tree.unproved,
    unprovable: checkProvable(rendered, (manifest) => outputs.fields(manifest)),
  };
}

function renderAll(app: App, { objects }: Tree): { rendered: readonly Rendered[]; findings: readonly Finding[] } {
  const renderer = new ManifestRenderer(app);
  const rendered: Rendered[] = [];
  const findings: Finding[] = [];
  for (const object of objects) {
    try {
      const manifest = renderer.manifest(object);
      const { name, namespace } = manifest.metadata;
      // What is wrong with names is said of the names.
      const isNamed = !holdsOutput(name) && !holdsOutput(namespace);
      const problem = isNamed ? writtenOutputProblem(JSON.stringify(manifest)) : undefined;
      if (problem !== undefined) throw new InvalidValueError(problem, object.node.path);
      rendered.push({ object, manifest });
    } catch (error) {
      if (!(error instanceof InvalidValueError)) throw error;
      const where = { construct: error.construct ?? object.node.path };
      findings.push({ rule: 'invalid-value', severity: 'error', where, ...error.problem });
    }
  }
  return { rendered, findings };
}

function inOrder(
  objects: readonly ApiObject[],
  order: readonly ApiObject[],
  manifests: readonly KubeObject[],
  before: readonly ReadonlySet<number>[],
  outputs: OutputResolver,
): readonly PlannedResource[] {
  const inTree = new Map(objects.map((object, index) => [object, index]));
  const placed = new Map<number, number>();
  return order.map((object, place) => {
    const index = inTree.get(object) as number;
    const manifest = manifests[index] as KubeObject;
    // A Namespace that was declared to come after what is in it comes later, as it does in files.
    const dependsOn = [...(before[index] ?? [])].flatMap((other) => placed.get(other) ?? []);
    placed.set(index, place);
    return {
      construct: object.node.path,
      manifest: outputs.restore(manifest),
      dependsOn,
      isDefaultDeny: isDefaultDeny(manifest),
    };
  });
}
