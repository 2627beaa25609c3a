import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { type Finding, hasErrors, InvalidValueError, type Problem } from '../finding';
import { textMap } from '../kube/field';
import type { KubeObject } from '../kube/object';
import { isWorkload, podTemplate, withPodTemplate } from '../kube/pod';
import { kubernetesMinor } from '../model/cluster';
import { disruptionProblem } from '../render/workload/disruption';
import { harden } from '../render/workload/harden';
import {
  type WorkloadExemption,
  type WorkloadProblem,
  workloadExemptions,
  workloadProblems,
} from '../render/workload/workload-problem';
import { cdk8sManifest } from '../synth/cdk8s-manifest';
import { transformObject } from '../synth/transform';
import { visit } from '../synth/visit';
import type { Platform } from './platform';
import { currentTurn } from './turn';

/** A workload that may break a rule, and why. */
export interface ExemptWorkload extends WorkloadExemption {
  readonly namespace: string;
  readonly name: string;
  /** The name, with `*` for a hash of what is in it: what stays if only that changes. */
  readonly stableName: string;
}

/**
 * The mandatory baseline of every workload in the program: those of cdk8s-plus, plain API objects and our own, inside the
 * platform and beside it. There is no option to turn it off.
 *
 * Synthesis asks for findings before it renders anything, whichever way it goes; that is when the workloads are known.
 */
export class WorkloadBaseline {
  /**
   * Workloads in which nothing was wrong, until other code runs. `app.synth()` validates the whole app once for each chart,
   * and would render every workload each time; `refuse` guards what is written.
   */
  private readonly clean = new Map<ApiObject, readonly Finding[]>();

  private readonly exempt = new Map<ApiObject, readonly ExemptWorkload[]>();
  /** The turns in which findings were asked for last, and in which `clean` holds. */
  private askedIn: number | undefined;
  private cleanIn: number | undefined;

  constructor(
    private readonly platform: Platform,
    private readonly isPlatform: (construct: IConstruct) => construct is Platform,
  ) {}

  /** Hardens every workload that this platform answers for, and says what in them contradicts the baseline. */
  findings(): readonly Finding[] {
    const { workloads, budgets } = this.collect();
    this.askedIn = currentTurn();
    if (this.cleanIn !== this.askedIn) this.clean.clear();
    return workloads.flatMap((object) => this.clean.get(object) ?? this.govern(object, budgets));
  }

  /** What workloads are exempt from. Synthesis asks for findings just before. */
  exemptions(): readonly ExemptWorkload[] {
    if (this.askedIn !== currentTurn()) this.findings();
    return [...this.exempt.values()].flat();
  }

  private collect(): { readonly workloads: readonly ApiObject[]; readonly budgets: readonly ApiObject[] } {
    const found: ApiObject[] = [];
    const budgets: ApiObject[] = [];
    let first: Platform | undefined;
    visit(this.platform.node.root, (construct) => {
      if (this.isPlatform(construct)) first ??= construct;
      else if (!ApiObject.isApiObject(construct)) return;
      else if (isWorkload(construct)) found.push(construct);
      else if (construct.kind === 'PodDisruptionBudget') budgets.push(construct);
    });
    const workloads = found.filter(({ node }) => (node.scopes.findLast(this.isPlatform) ?? first) === this.platform);
    return { workloads, budgets };
  }

  private govern(object: ApiObject, budgets: readonly ApiObject[]): readonly Finding[] {
    const minor = kubernetesMinor(this.platform.cluster);
    const options = minor === undefined ? {} : { kubernetesMinor: minor };
    const hardened = (manifest: KubeObject) => harden(this.equipped(manifest), options);
    try {
      transformObject(object, hardened);
      const manifest = cdk8sManifest(object);
      const { name, namespace = 'default' } = manifest.metadata;
      this.exempt.set(
        object,
        workloadExemptions(manifest).map((exemption) => {
          return { ...exemption, namespace, name, stableName: this.stableName(namespace, name) };
        }),
      );
      const disruption = disruptionProblem(manifest, () => budgets.map(cdk8sManifest));
      const found = [
        ...this.check(object, manifest),
        ...(disruption === undefined ? [] : [warning('no-disruption-budget', object.node.path, disruption)]),
      ];
      if (!hasErrors(found)) this.remember(object, found);
      return found;
    } catch (error) {
      // Rendering says so again, and for all objects.
      if (error instanceof InvalidValueError) return [];
      throw error;
    } finally {
      transformObject(object, (manifest) => this.refuse(object, hardened(manifest)));
    }
  }

  /** Jobs cannot be changed, so those of a component carry a hash of their content behind its name. */
  private stableName(namespace: string, name: string): string {
    const hashed = /^(.+)-[0-9a-f]{10}$/.exec(name)?.[1];
    const isOurs = this.platform.componentsIn(namespace).some(({ title }) => title === hashed);
    return isOurs ? `${hashed}-*` : name;
  }

  /** The workload with what the components give to pods that carry their labels. */
  private equipped(manifest: KubeObject): KubeObject {
    const template = podTemplate(manifest);
    if (template === undefined) return manifest;
    const labels = textMap(template.labels);
    const spec = this.platform
      .componentsIn(manifest.metadata.namespace ?? 'default')
      .reduce((equipped, component) => component.equip(equipped, labels), template.spec);
    return spec === template.spec ? manifest : withPodTemplate(manifest, { spec });
  }

  private remember(object: ApiObject, found: readonly Finding[]): void {
    this.cleanIn = currentTurn();
    this.clean.set(object, found);
  }

  /** The last gate, for what changed since findings were asked for. */
  private refuse(object: ApiObject, manifest: KubeObject): KubeObject {
    const error = this.check(object, manifest).find(({ severity }) => severity === 'error');
    if (error === undefined) return manifest;
    throw new InvalidValueError({ message: error.message, fix: error.fix }, object.node.path);
  }

  private check(object: ApiObject, manifest: KubeObject): readonly Finding[] {
    const { registries } = this.platform;
    const stage = this.platform.managedNamespace(manifest.metadata.namespace ?? 'default')?.stage;
    return workloadProblems(manifest, registries === undefined ? {} : { registries }).map((problem) =>
      finding(object.node.path, problem, stage === 'observe'),
    );
  }
}

function warning(rule: string, construct: string, { message, fix }: Problem): Finding {
  return { rule, severity: 'warning', where: { construct }, message, fix };
}

function finding(construct: string, problem: WorkloadProblem, observes: boolean): Finding {
  const { rule, message, fix, exemption, tolerable } = problem;
  const where = { construct };
  if (exemption !== undefined) {
    const exempt = `${message}; the workload is exempt from the rule: ${exemption}`;
    return { rule, severity: 'info', where, message: exempt, fix: `to end the exemption, ${fix}` };
  }
  const severity = rule === 'unused-exemption' || (tolerable && observes) ? 'warning' : 'error';
  return { rule, severity, where, message, fix };
}
