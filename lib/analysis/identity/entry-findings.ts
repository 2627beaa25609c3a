import { type Finding, quoted, type Severity } from '../../finding';
import type { LabelSelector } from '../../kube/selector';
import { type Declared, isAboutPods, isNodeAlias } from './entry';
import { formatSelector, isAttested, type Selector, selectorValue } from './selector';
import { parentIdProblem, spiffeIdProblem } from './spiffe-id';

/** What is wrong with an entry by itself, whoever else is registered. */
export function entryFindings(entry: Declared): readonly Finding[] {
  return [...idFindings(entry), ...selectorFindings(entry), ...looseFindings(entry)];
}

export function findingAt(
  { source, line }: Pick<Declared, 'source' | 'line'>,
  rule: string,
  severity: Severity,
  { message, fix }: Pick<Finding, 'message' | 'fix'>,
): Finding {
  return { rule, severity, where: { file: source.file, line }, message, fix };
}

function idFindings(entry: Declared): readonly Finding[] {
  const problems = [
    spiffeIdProblem(entry.spiffeId),
    entry.parentId === undefined ? undefined : parentIdProblem(entry.parentId),
  ];
  return problems
    .filter((problem) => problem !== undefined)
    .map(({ message, fix }) =>
      findingAt(entry, 'invalid-spiffe-id', 'error', { message: `${entry.object}: ${message}`, fix }),
    );
}

function selectorFindings(entry: Declared): readonly Finding[] {
  const malformed = entry.malformed.map((text) =>
    findingAt(entry, 'invalid-selector', 'error', {
      message: `${quoted(text)} of ${quoted(entry.spiffeId)} is no selector`,
      fix: "write type and value, such as 'k8s:ns:shop'",
    }),
  );
  const unknown = entry.selectors
    .filter((selector) => !isAttested(selector))
    .map((selector) =>
      findingAt(entry, 'invalid-selector', 'error', {
        message: `no pod is ever attested as ${quoted(formatSelector(selector))}, so nobody is issued ${quoted(entry.spiffeId)}`,
        fix: "correct its spelling; pods have 'k8s:ns:', 'k8s:sa:' and 'k8s:pod-label:', among others",
      }),
    );
  return [...malformed, ...unknown];
}

/**
 * An entry is for one workload if it names its namespace, its service account and a label. A label alone belongs to
 * whoever may create pods, in any namespace.
 */
function looseFindings(entry: Declared): readonly Finding[] {
  if (isNodeAlias(entry)) return [];
  const { namespace, account, label } = boundBy(entry);
  const missing = [
    ...(namespace ? [] : ['namespace']),
    ...(account ? [] : ['service account']),
    ...(label ? [] : ['label']),
  ];
  if (missing.length === 0) return [];
  const id = quoted(entry.spiffeId);
  const lacks = `${id} is registered without ${missing.join(' and ')}`;
  if (!account) {
    const message = `${lacks}, so whoever may ${label ? 'set the label' : 'create a pod'}${namespace ? ' there' : ' anywhere'} gains it`;
    const fix = "add the selector 'k8s:sa:…' with the workload's own service account, beside its namespace and a label";
    // What attests no pods may be for machines outside of the cluster, where there are no service accounts.
    const severity = isAboutPods(entry) || entry.selectors.length === 0 ? 'error' : 'warning';
    return [findingAt(entry, 'identity-by-label-alone', severity, { message, fix })];
  }
  if (!namespace) {
    const message = `${lacks}, and every namespace may have a service account of that name`;
    const fix = "add the selector 'k8s:ns:…'";
    return [findingAt(entry, 'identity-selectors-incomplete', 'error', { message, fix })];
  }
  const message = `${lacks}, so every pod of the service account is issued it`;
  const fix = "add a selector 'k8s:pod-label:…' that only these pods carry";
  return [findingAt(entry, 'identity-selectors-incomplete', 'warning', { message, fix })];
}

/**
 * What ties an entry to a workload: selectors, the choice of a ClusterSPIFFEID, and a SPIFFE ID that is made of what the
 * pod is: who runs as another account gets another ID.
 */
function boundBy({ selectors, spiffeId, podSelector, namespaceSelector }: Declared) {
  return {
    namespace:
      selectorValue(selectors, 'ns') !== undefined ||
      demands(namespaceSelector) ||
      spiffeId.includes('.PodMeta.Namespace'),
    account: selectorValue(selectors, 'sa') !== undefined || spiffeId.includes('.PodSpec.ServiceAccountName'),
    label: selectors.some(isLabel) || demands(podSelector) || /\.Pod(?:Meta|Spec)\./.test(spiffeId),
  };
}

function isLabel({ type, value }: Selector): boolean {
  return type === 'k8s' && value.startsWith('pod-label:') && !value.includes('{{');
}

/** Whether a selector asks for anything that has to be there. */
function demands(selector: LabelSelector | undefined): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  return (
    Object.keys(matchLabels).length > 0 ||
    matchExpressions.some(({ operator }) => operator === 'In' || operator === 'Exists')
  );
}
