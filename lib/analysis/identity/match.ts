import { grouped } from '../../kube/grouped';
import { type LabelSelector, matchesSelector, NAMESPACE_NAME_LABEL } from '../../kube/selector';
import type { Manifests, Namespace, Workload } from '../load/manifests';
import { namespacesByName } from '../policy/pod-attribute';
import { type Declared, type IdentityEntry, isAboutPods } from './entry';
import { formatSelector, isMetBy, selectorValue } from './selector';

/** Pods by namespace, to ask entries about. */
export class Pods {
  private readonly namespaces: ReadonlyMap<string, Namespace>;
  private readonly byNamespace: ReadonlyMap<string, readonly Workload[]>;

  constructor({ namespaces, workloads }: Pick<Manifests, 'namespaces' | 'workloads'>) {
    this.namespaces = namespacesByName(namespaces);
    this.byNamespace = grouped(workloads, ({ namespace }) => namespace);
  }

  /** Entries with the pods that each is for. A fallback is for those that no other ClusterSPIFFEID selects. */
  match(entries: readonly Declared[]): readonly IdentityEntry[] {
    const matched = entries.map((entry): IdentityEntry => ({ ...entry, workloads: this.matching(entry) }));
    const taken = new Set(
      matched
        .filter(({ registrar, fallback }) => registrar === 'ClusterSPIFFEID' && !fallback)
        .flatMap(({ workloads }) => workloads),
    );
    return matched.map((entry) =>
      entry.fallback ? { ...entry, workloads: entry.workloads.filter((workload) => !taken.has(workload)) } : entry,
    );
  }

  /** Pods that fail a single one of the things that an entry asks for, and that thing. */
  nearest(entry: Declared): { readonly workload: Workload; readonly lacks: string } | undefined {
    for (const workload of this.all()) {
      const [lacks, ...others] = this.unmet(entry, workload);
      if (lacks !== undefined && others.length === 0) return { workload, lacks };
    }
    return undefined;
  }

  /** Labels of a namespace, its name among them. */
  labelsOf(namespace: string): Namespace['labels'] {
    return this.namespaces.get(namespace)?.labels ?? { [NAMESPACE_NAME_LABEL]: namespace };
  }

  private *all(): Generator<Workload> {
    for (const workloads of this.byNamespace.values()) yield* workloads;
  }

  private matching(entry: Declared): readonly Workload[] {
    if (!isAboutPods(entry)) return [];
    return this.namespacesOf(entry)
      .flatMap((namespace) => this.byNamespace.get(namespace) ?? [])
      .filter((workload) => this.unmet(entry, workload).length === 0);
  }

  /** Namespaces that may hold pods of an entry: thousands of entries do not each look at all pods. */
  private namespacesOf(entry: Declared): readonly string[] {
    const named = namespaceOf(entry);
    return named === undefined ? [...this.byNamespace.keys()] : [named];
  }

  /** What an entry asks for and pods do not have. What manifests do not tell counts as met. */
  private unmet(entry: Declared, workload: Workload): readonly string[] {
    const { selectors, podSelector, namespaceSelector } = entry;
    const namespace = this.namespaces.get(workload.namespace);
    return [
      ...selectors.filter((selector) => isMetBy(selector, workload, namespace) === false).map(formatSelector),
      ...(isMet(podSelector, workload.labels) ? [] : ['the labels of podSelector']),
      ...(isMet(namespaceSelector, this.labelsOf(workload.namespace))
        ? []
        : ['a namespace with the labels of namespaceSelector']),
    ];
  }
}

/** The one namespace that an entry is for, where it names one. */
export function namespaceOf({ selectors, namespaceSelector }: Declared): string | undefined {
  return selectorValue(selectors, 'ns') ?? namespaceSelector?.matchLabels?.[NAMESPACE_NAME_LABEL];
}

function isMet(selector: LabelSelector | undefined, labels: Readonly<Record<string, string>>): boolean {
  return selector === undefined || matchesSelector(selector, labels);
}
