import { type ApiObject, App } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { Finding } from '../../../lib/finding';
import type { CiliumNetworkPolicySpec } from '../../../lib/kube/cilium-network-policy';
import type { NetworkPolicySpec } from '../../../lib/kube/network-policy';
import type { KubeObject } from '../../../lib/kube/object';
import { Platform, type PlatformProps } from '../../../lib/platform/platform';
import { cilium } from '../../../lib/render/network/cilium';
import { kubernetes } from '../../../lib/render/network/kubernetes';
import { ManifestObject } from '../../../lib/synth/manifest-object';
import { plan } from '../../../lib/synth/synthesize';
import { type Attempt, ciliumAllows, kubernetesAllows } from '../render/network/evaluate';

/** Both dialects, by name, for tests of what holds in either. */
export const DIALECTS = [
  ['cilium', cilium({ version: '1.19' })],
  ['kubernetes', kubernetes()],
] as const;

/** A platform in an app of its own. */
export function platform(props: Partial<PlatformProps> = {}, app = new App({ outdir: '/nowhere' })): Platform {
  return new Platform(app, `platform${app.node.children.length}`, { dialect: cilium({ version: '1.19' }), ...props });
}

/** Every object below a construct, as it would be written. */
export function manifests(construct: IConstruct): readonly KubeObject[] {
  return construct.node
    .findAll()
    .filter(isManifest)
    .map((object) => object.manifest());
}

function isManifest(construct: IConstruct): construct is ManifestObject {
  return 'manifest' in construct && ManifestObject.isManifestObject(construct as unknown as ApiObject);
}

/** The object of that kind and name. */
export function manifest(construct: IConstruct, kind: string, name: string, namespace?: string): KubeObject {
  const found = manifests(construct).filter(
    (object) =>
      object.kind === kind &&
      object.metadata.name === name &&
      (namespace === undefined || object.metadata.namespace === namespace),
  );
  if (found.length !== 1) throw new Error(`${found.length} objects are ${kind} ${namespace ?? ''}/${name}`);
  return found[0] as KubeObject;
}

/** What a reviewer would see in EGRESS.md. */
export function egressTable(construct: IConstruct): string {
  const document = plan(construct.node.root as App).documents.find(({ file }) => file.endsWith('EGRESS.md'));
  return [...(document?.render() ?? [])].join('');
}

/** Every file that synthesis would write for the app, sorted. */
export function files(construct: IConstruct): readonly string[] {
  const { manifests, documents } = plan(construct.node.root as App);
  return [...manifests, ...documents].map(({ file }) => file).sort();
}

export function findings(construct: IConstruct): readonly Finding[] {
  return plan(construct.node.root as App).findings;
}

/** Findings as `rule at construct`, sorted. */
export function rules(construct: IConstruct): readonly string[] {
  return findings(construct)
    .map(({ rule, severity, where }) => `${severity} ${rule} ${'construct' in where ? where.construct : where.file}`)
    .sort();
}

/** True if every policy below a construct lets an attempt pass; the evaluator knows nothing of our constructs. */
export function allows(construct: IConstruct, attempt: Attempt): boolean {
  const policies = manifests(construct).map(({ kind, metadata, spec }) => ({
    kind,
    namespace: metadata.namespace ?? '',
    spec,
  }));
  const ofKind = <Spec>(wanted: string) =>
    policies.filter(({ kind }) => kind === wanted).map(({ namespace, spec }) => ({ namespace, spec: spec as Spec }));
  return (
    kubernetesAllows(ofKind<NetworkPolicySpec>('NetworkPolicy'), attempt) &&
    ciliumAllows(ofKind<CiliumNetworkPolicySpec>('CiliumNetworkPolicy'), attempt)
  );
}

/** True if both ends let a connection between two pods pass. */
export function connects(
  construct: IConstruct,
  from: Attempt['pod'],
  to: Attempt['pod'],
  over: Pick<Attempt, 'port' | 'request'> & { readonly protocol?: Attempt['protocol'] },
): boolean {
  const rest = { protocol: 'TCP' as const, ...over };
  return (
    allows(construct, { direction: 'Egress', pod: from, far: { pod: to }, ...rest }) &&
    allows(construct, { direction: 'Ingress', pod: to, far: { pod: from }, ...rest })
  );
}
