import { isMet } from '../../kube/selector';
import type { Namespace, Workload } from '../load/manifests';
import { attributeOf, type Namespaces, namespacesByName } from '../policy/pod-attribute';
import type { PodSelector, Requirement } from '../policy/requirement';
import type { PodsEnd } from './end';
import { attributeKey, type Mentioned } from './mentioned';

/** Stands for every value that no selector names. */
const OTHER = '\u0001';

/**
 * Pods grouped by what selectors can tell apart, so that cost follows the number of classes and not of pods. Two pods
 * are of one class if they agree on every label value, namespace, service account and named port that a policy mentions.
 */
export class PodClasses {
  readonly ends: readonly PodsEnd[];
  private readonly namespaces: Namespaces;
  private readonly byValue = new Map<string, Map<string, number[]>>();
  private readonly classOf = new Map<Workload, number>();

  /** @param addressKey what tells pods apart by their own addresses; empty where nothing does */
  constructor(
    workloads: readonly Workload[],
    namespaces: readonly Namespace[],
    private readonly mentioned: Mentioned,
    private readonly isCilium: boolean,
    addressKey: (workload: Workload) => string,
  ) {
    this.namespaces = namespacesByName(namespaces);
    const attributes = [...mentioned.values.keys()].map(parseAttributeKey);
    const ofNamespace = attributes.filter(({ attribute }) => attribute.startsWith('namespace'));
    const ofPod = attributes.filter(({ attribute }) => attribute === 'label' || attribute === 'serviceAccount');
    const namespaceKeys = new Map<string, string>();
    const classes = new Map<string, { workloads: Workload[]; ports: PodsEnd['ports']; hostNetwork: boolean }>();
    const indices = new Map<string, number>();
    for (const workload of workloads) {
      let key = namespaceKeys.get(workload.namespace);
      if (key === undefined) {
        key = ofNamespace.map((attribute) => this.projected(attribute, workload)).join('\n');
        namespaceKeys.set(workload.namespace, key);
      }
      for (const attribute of ofPod) key += `\n${this.projected(attribute, workload)}`;
      const ports = workload.ports.filter(({ name }) => mentioned.ports.has(name));
      if (ports.length > 0) key += `\n${ports.map(({ name, port, protocol }) => `${name}=${protocol}${port}`).join()}`;
      if (workload.hostNetwork) key += '\nhost';
      key += `\n${addressKey(workload)}`;
      const known = classes.get(key);
      if (known === undefined) {
        indices.set(key, classes.size);
        classes.set(key, { workloads: [workload], ports, hostNetwork: workload.hostNetwork });
      } else known.workloads.push(workload);
      this.classOf.set(workload, indices.get(key) as number);
    }
    this.ends = [...classes.values()].map((found): PodsEnd => ({ kind: 'pods', ...found }));
    this.index(attributes);
  }

  /** Index of the class of a workload that the classes were made from. */
  of(workload: Workload): number | undefined {
    return this.classOf.get(workload);
  }

  /** Indices of the classes that a selector selects. Pods on the host's network are selected by none. */
  select(selector: PodSelector): readonly number[] {
    return this.candidates(selector).filter((index) => {
      const end = this.ends[index] as PodsEnd;
      const workload = end.workloads[0] as Workload;
      // What the cluster is called stands in no manifest, so that a selector of clusters may mean this one.
      const meets = (requirement: Requirement) =>
        requirement.attribute === 'cluster' || isMet(requirement, this.value(requirement, workload));
      return !end.hostNetwork && selector.every(meets);
    });
  }

  /** The classes that meet the requirement which the fewest meet. */
  private candidates(selector: PodSelector): readonly number[] {
    let fewest: readonly number[] | undefined;
    for (const requirement of selector) {
      if (requirement.operator !== 'In') continue;
      const byValue = this.byValue.get(attributeKey(requirement));
      if (byValue === undefined) continue;
      const found = [...new Set(requirement.values)].flatMap((value) => byValue.get(value) ?? []);
      if (fewest === undefined || found.length < fewest.length) fewest = found;
    }
    return fewest ?? this.ends.map((_, index) => index);
  }

  private index(attributes: readonly Pick<Requirement, 'attribute' | 'key'>[]): void {
    for (const attribute of attributes) {
      if (attribute.attribute === 'reserved' || attribute.attribute === 'cluster') continue;
      const byValue = new Map<string, number[]>();
      for (const [index, { workloads }] of this.ends.entries()) {
        const value = this.value(attribute, workloads[0] as Workload);
        if (value === undefined) continue;
        const list = byValue.get(value);
        if (list === undefined) byValue.set(value, [index]);
        else list.push(index);
      }
      this.byValue.set(attributeKey(attribute), byValue);
    }
  }

  private value(asked: Pick<Requirement, 'attribute' | 'key'>, workload: Workload): string | undefined {
    if (this.isCilium && asked.attribute === 'label' && isDropped(asked.key)) return undefined;
    return attributeOf(asked, workload, this.namespaces);
  }

  /** The value, or a stand-in for all that nobody names. */
  private projected(attribute: Pick<Requirement, 'attribute' | 'key'>, workload: Workload): string {
    const value = this.value(attribute, workload);
    if (value === undefined) return '';
    return this.mentioned.values.get(attributeKey(attribute))?.has(value) === true ? `=${value}` : OTHER;
  }
}

/**
 * Labels of pods that Cilium leaves out of identities by default, so that no selector sees them.
 * @see pkg/labelsfilter/filter.go of Cilium 1.19
 */
const DROPPED =
  /^(?:io\.kubernetes|kubernetes\.io|.*beta\.kubernetes\.io|k8s\.io|topology\.kubernetes\.io|statefulset\.kubernetes\.io\/pod-name|apps\.kubernetes\.io\/pod-index|batch\.kubernetes\.io\/(?:job-completion-index|controller-uid)|pod-template-(?:generation|hash)|controller-(?:revision-hash|uid)|annotation|etcd_node)/;

function isDropped(key: string): boolean {
  return DROPPED.test(key);
}

function parseAttributeKey(text: string): Pick<Requirement, 'attribute' | 'key'> {
  const space = text.indexOf(' ');
  return { attribute: text.slice(0, space) as Requirement['attribute'], key: text.slice(space + 1) };
}
