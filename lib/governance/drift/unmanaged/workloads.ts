import { at, field, list, text, textMap } from '../../../kube/field';
import type { KubeObject } from '../../../kube/object';
import { podTemplate } from '../../../kube/pod';
import { type ExpectedPods, hasLabels, type Labels, type Managed } from '../managed';
import { type GuardContext, guards, ownerKey, type Unmanaged } from './guard';

/**
 * Pods that pose as others: with labels that policies trust, or under an account that was granted something, although
 * nobody declared such pods in that namespace. A service account alone gives nothing; it is told all the same.
 */
export const WORKLOAD_GUARDS = guards({
  ' Pod': posing,
  'apps Deployment': posing,
  'apps ReplicaSet': posing,
  'apps StatefulSet': posing,
  'apps DaemonSet': posing,
  'batch Job': posing,
  'batch CronJob': posing,
  ' ServiceAccount': ({ metadata: { name, namespace } }, { managed }) =>
    // Every namespace has one of this name. Of declared components, somebody else may create the account.
    name === 'default' || managed.serviceAccounts.has(`${namespace}/${name}`)
      ? undefined
      : { severity: 'info', message: 'by itself a service account may do nothing; bindings are looked for too' },
});

function posing(object: KubeObject, { managed, byName }: GuardContext): Unmanaged | undefined {
  const template = podTemplate(object);
  const namespace = object.metadata.namespace ?? 'default';
  if (template === undefined || isAsItsOwner(object, byName)) return undefined;
  const labels = textMap(template.labels);
  const account = text(template.spec.serviceAccountName) ?? 'default';
  const claimed = Object.entries(labels).filter(([key, value]) => managed.trusted.has(`${key}=${value}`));
  const granted = managed.serviceAccounts.has(`${namespace}/${account}`);
  if (claimed.length === 0 && !granted) return undefined;
  if (isExpected({ namespace, labels, account, claimed }, managed)) return undefined;
  const what = [
    ...claimed.map(([key, value]) => `the label ${key}: ${value}, by which policies know others`),
    ...(granted ? [`the service account ${account}`] : []),
  ];
  return { message: `its pods have ${what.join(' and ')}, and no such pods are declared in this namespace` };
}

interface Claim {
  readonly namespace: string;
  readonly labels: Labels;
  readonly account: string;
  readonly claimed: readonly (readonly [key: string, value: string])[];
}

/** Whether somebody declared such pods and left their workload to others. */
function isExpected({ namespace, labels, account, claimed }: Claim, { pods }: Managed): boolean {
  const fits = (one: ExpectedPods) =>
    one.namespace === namespace &&
    !one.rendered &&
    hasLabels(labels, one.labels) &&
    (one.serviceAccount === undefined || one.serviceAccount === account);
  const fitting = pods.filter(fits);
  return fitting.length > 0 && claimed.every(([key, value]) => fitting.some((one) => one.labels[key] === value));
}

/** Whether another object that is looked at made this one, and as it is: what is wrong with both is told of the owner. */
function isAsItsOwner(object: KubeObject, byName: GuardContext['byName']): boolean {
  const reference = list(field(object.metadata, 'ownerReferences')).find((one) => field(one, 'controller') === true);
  const [kind, name] = [text(field(reference, 'kind')) ?? '', text(field(reference, 'name')) ?? ''];
  const owner = byName.get(ownerKey(kind, object.metadata.namespace, name));
  if (owner === undefined) return false;
  const [uid, wanted] = [field(owner.metadata, 'uid'), field(reference, 'uid')];
  if (uid !== undefined && wanted !== undefined && uid !== wanted) return false;
  const [own, above] = [podTemplate(object), podTemplate(owner)];
  return (
    own !== undefined &&
    above !== undefined &&
    hasLabels(textMap(own.labels), textMap(above.labels)) &&
    Object.keys(textMap(own.labels)).every((key) => key in textMap(above.labels) || OF_CONTROLLERS.test(key)) &&
    (at(own.spec, 'serviceAccountName') ?? 'default') === (at(above.spec, 'serviceAccountName') ?? 'default')
  );
}

/** Labels that controllers give the pods that they make. */
const OF_CONTROLLERS =
  /^(?:pod-template-hash|pod-template-generation|controller-revision-hash|controller-uid|job-name|statefulset\.kubernetes\.io\/pod-name|apps\.kubernetes\.io\/pod-index|batch\.kubernetes\.io\/.+|topology\.kubernetes\.io\/.+)$/;
