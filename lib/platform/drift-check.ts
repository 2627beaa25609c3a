import { ApiObject } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { type Finding, InvalidValueError } from '../finding';
import { apiGroup } from '../kube/object';
import { objectPattern } from '../kube/object-pattern';
import { kubernetesMinor } from '../model/cluster';
import { dnsLabelProblem } from '../model/name';
import { Peer } from '../model/peer';
import { pinnedImageProblem } from '../model/pinned-image';
import { Port } from '../model/port';
import { driftCronJob } from '../render/drift/cron-job';
import { clusterRules, managedRules, namespaceRules, type PolicyRule, type ReadKind } from '../render/drift/rules';
import { cronSchedule } from '../render/drift/schedule';
import { ManifestObject } from '../synth/manifest-object';
import { renderedObject } from '../synth/rendered-object';
import { visit } from '../synth/visit';
import { atConstruct } from './at-construct';
import { Component } from './component';
import { podLabels, selectorLabels } from './label-scheme';
import { Platform } from './platform';

export interface DriftCheckProps {
  readonly namespace: string;
  /**
   * Image, with its registry and its digest: its entrypoint is `portcullis`, and it holds what was rendered for this
   * environment.
   */
  readonly image: string;
  /**
   * Folder of the image that holds it.
   * @default /manifests
   */
  readonly manifests?: string;
  /**
   * Seconds between two runs: minutes that divide an hour, hours that divide a day, a day or a week.
   * @default 86400
   */
  readonly every?: number;
  /**
   * Ports of the API server's own addresses, behind the Service `kubernetes`.
   * @default [443, 6443]
   */
  readonly apiServerPorts?: readonly number[];
  /**
   * Addresses of the API server, for network policies that know no name for it.
   * @default - the entity `kube-apiserver` of Cilium
   */
  readonly apiServerAddresses?: readonly string[];
  /**
   * Audience of tokens for the API server: its `--api-audiences`, or its `--service-account-issuer`.
   * @default https://kubernetes.default.svc.cluster.local
   */
  readonly audience?: string;
  /**
   * Objects that others answer for, as `portcullis drift --except` takes them.
   * @default - none but its own CronJob
   */
  readonly except?: readonly string[];
}

const AUDIENCE = 'https://kubernetes.default.svc.cluster.local';
const DAY = 86_400;
const RBAC = 'rbac.authorization.k8s.io';

/**
 * A CronJob that looks for drift from inside the cluster: it may list the kinds that it compares, in the namespaces that
 * it compares, and talk to the API server; nothing else. Declare it last: what is declared later in other namespaces it
 * may not read, which is a finding.
 *
 * Its id is the name of the CronJob.
 * @throws InvalidValueError with the construct path for an image without a digest, or an interval that no CronJob keeps
 * @example
 * new DriftCheck(platform, 'portcullis-drift', { namespace: 'platform', image: 'registry.example.com/drift@sha256:…' });
 */
export class DriftCheck extends Component {
  private readonly managedNamespaces: ReadonlySet<string>;
  private readonly otherNamespaces: ReadonlySet<string>;

  constructor(scope: Construct, id: string, props: DriftCheckProps) {
    const platform = Platform.of(scope);
    const { namespace, image, every = DAY } = props;
    super(scope, id, {
      title: id,
      namespace,
      selector: selectorLabels(platform.labelScheme, id),
      podLabels: podLabels(platform.labelScheme, id),
      manageNamespace: false,
    });
    const { path } = this.node;
    checkExcept(props.except ?? [], this);
    const schedule = cronSchedule(every);
    const problem = dnsLabelProblem(id, 'name') ?? pinnedImageProblem(image);
    if (problem !== undefined) throw new InvalidValueError(problem, path);
    if ('message' in schedule) throw new InvalidValueError(schedule, path);
    this.reachApiServer(props);
    // Whoever renders a Namespace answers for what is in it.
    this.managedNamespaces = new Set([
      ...[...platform.managedNamespaces].map((managed) => managed.namespace),
      ...this.objects().flatMap(({ kind, apiVersion, name }) =>
        kind === 'Namespace' && apiVersion === 'v1' ? name : [],
      ),
    ]);
    this.otherNamespaces = new Set(
      this.kinds().flatMap((kind) =>
        kind.namespace === undefined || this.managedNamespaces.has(kind.namespace) ? [] : [kind.namespace],
      ),
    );
    const file = platform.file('drift/cron-job.yaml');
    const minor = kubernetesMinor(platform.cluster);
    const cronJob = driftCronJob({
      name: id,
      namespace,
      image,
      manifests: props.manifests ?? '/manifests',
      schedule: schedule.schedule,
      every,
      labels: this.podLabels,
      audience: props.audience ?? AUDIENCE,
      except: props.except ?? [],
      ...(minor === undefined ? {} : { kubernetesMinor: minor }),
    });
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: id, namespace } };
    renderedObject(this, 'account', { ...account, automountServiceAccountToken: false }, file);
    renderedObject(this, 'cron-job', cronJob, file);
    this.allowToRead(id, platform.file('drift/roles.yaml'));
    platform.addFindings(() => this.unreadable());
  }

  private reachApiServer({ apiServerAddresses, apiServerPorts = [443, 6443] }: DriftCheckProps): void {
    const peers = apiServerAddresses?.map((cidr) => Peer.cidr(cidr)) ?? [Peer.entity('kube-apiserver')];
    const ports = apiServerPorts.map(Port.tcp);
    for (const peer of peers) this.allowTo(peer, { ports, purpose: 'Compare the cluster with what was rendered' });
  }

  private allowToRead(name: string, file: string): void {
    const role = (id: string, kind: string, namespace: string | undefined, rules: () => readonly PolicyRule[]) =>
      new ManifestObject(this, id, {
        apiVersion: `${RBAC}/v1`,
        kind,
        name: id.startsWith('namespaces') ? `${name}-namespaces` : name,
        ...(namespace === undefined ? {} : { namespace }),
        file,
        fields: ['rules'],
        render: () => ({ rules: rules() }),
      });
    const subjects = [{ kind: 'ServiceAccount', name, namespace: this.namespace }];
    const bind = (id: string, namespace: string | undefined, kind: string, to: string) =>
      new ManifestObject(this, id, {
        apiVersion: `${RBAC}/v1`,
        kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
        name,
        ...(namespace === undefined ? {} : { namespace }),
        file,
        fields: ['roleRef', 'subjects'],
        render: () => ({ roleRef: { apiGroup: RBAC, kind, name: to }, subjects }),
      });
    role('cluster', 'ClusterRole', undefined, () => clusterRules(this.kinds()));
    bind('cluster-binding', undefined, 'ClusterRole', name);
    role('namespaces', 'ClusterRole', undefined, () => managedRules(this.kinds(), this.managedNamespaces));
    for (const namespace of this.managedNamespaces) {
      bind(`binding-${namespace}`, namespace, 'ClusterRole', `${name}-namespaces`);
    }
    for (const namespace of this.otherNamespaces) {
      role(`role-${namespace}`, 'Role', namespace, () => namespaceRules(this.kinds(), namespace));
      bind(`binding-${namespace}`, namespace, 'Role', name);
    }
  }

  /** Kinds of all objects of the app, with their namespaces. */
  private kinds(): readonly ReadKind[] {
    return this.objects().map((object) => ({
      group: apiGroup(object.apiVersion),
      kind: object.kind,
      namespace: ManifestObject.isManifestObject(object) ? object.namespace : object.metadata.namespace,
    }));
  }

  private objects(): readonly ApiObject[] {
    const found: ApiObject[] = [];
    visit(this.node.root, (construct) => {
      if (ApiObject.isApiObject(construct)) found.push(construct);
    });
    return found;
  }

  /** Namespaces that came later than this. */
  private unreadable(): readonly Finding[] {
    const known = new Set([...this.managedNamespaces, ...this.otherNamespaces]);
    const late = new Set(this.kinds().flatMap(({ namespace }) => namespace ?? []));
    return [...late]
      .filter((namespace) => !known.has(namespace))
      .map((namespace) => ({
        rule: 'drift-not-allowed',
        severity: 'error',
        where: { construct: this.node.path },
        message: `the namespace '${namespace}' was declared after ${this.node.path} had been made, which therefore may not read it`,
        fix: 'declare what looks for drift last',
      }));
  }
}

/** The command would refuse what it cannot read, hours later. */
function checkExcept(except: readonly string[], construct: IConstruct): void {
  for (const text of except) {
    atConstruct(construct, () => objectPattern(text));
  }
}
