import type { Problem } from '../../finding';
import type { KubeObject } from '../../kube/object';
import { podTemplate } from '../../kube/pod';
import { SUPPRESS_ANNOTATION, writtenSuppressions } from '../../kube/suppression';
import { WORKLOAD_RULES } from '../../kube/workload-rule/index';
import type { RuleSettings, WorkloadRule } from '../../kube/workload-rule/rule';

/** A contradiction of the baseline, in a workload as it would be written. */
export interface WorkloadProblem extends Problem {
  /** Id of the rule, or `unused-exemption`, `bad-exemption`. */
  readonly rule: string;
  /** True for what may stand as long as nothing is enforced yet. */
  readonly tolerable: boolean;
  /**
   * Why the workload is exempt from the rule.
   * @default - it is not
   */
  readonly exemption?: string;
}

/** A workload that may break a rule, and why. */
export interface WorkloadExemption {
  readonly rule: string;
  readonly reason: string;
}

/**
 * What a workload says it is exempt from, in its annotation `portcullis.dev/suppress`, so that whoever reads the manifest
 * sees it. Entries for other rules, and those without a reason, exempt from nothing.
 */
export function workloadExemptions({ metadata }: KubeObject): readonly WorkloadExemption[] {
  return written(metadata).filter(({ rule, reason }) => reason !== '' && isWorkloadRule(rule));
}

/** Everything in a hardened workload that contradicts the baseline, exemptions among it. */
export function workloadProblems(object: KubeObject, settings: RuleSettings = {}): readonly WorkloadProblem[] {
  const template = podTemplate(object);
  if (template === undefined) return [];
  const exemptions = new Map(workloadExemptions(object).map(({ rule, reason }) => [rule, reason]));
  const used = new Set<string>();
  const found = WORKLOAD_RULES.flatMap((rule: WorkloadRule) =>
    [...rule.find(template, settings)].flatMap(({ message, fix, tolerable = false }): readonly WorkloadProblem[] => {
      const exemption = exemptions.get(rule.id);
      if (exemption === undefined) return [{ rule: rule.id, message, fix, tolerable }];
      // One line tells whoever reads the findings; the annotation is about the workload as a whole.
      if (used.has(rule.id)) return [];
      used.add(rule.id);
      return [{ rule: rule.id, message, fix, tolerable, exemption }];
    }),
  );
  const unused = [...exemptions.keys()].filter((rule) => !used.has(rule));
  const empty = written(object.metadata).filter(({ rule, reason }) => reason === '' && isWorkloadRule(rule));
  return [
    ...found,
    ...unused.map((rule) => ({
      rule: 'unused-exemption',
      message: `nothing breaks the rule ${rule}, from which the workload is exempt`,
      fix: `remove it from the annotation ${SUPPRESS_ANNOTATION}`,
      tolerable: true,
    })),
    ...empty.map(({ rule }) => ({
      rule: 'bad-exemption',
      message: `the exemption from ${rule} gives no reason, so it exempts from nothing`,
      fix: `write '${rule}: <reason>' in the annotation ${SUPPRESS_ANNOTATION}`,
      tolerable: false,
    })),
  ];
}

function written({ annotations }: KubeObject['metadata']) {
  const text = annotations?.[SUPPRESS_ANNOTATION];
  return typeof text === 'string' ? writtenSuppressions(text) : [];
}

function isWorkloadRule(id: string): boolean {
  return WORKLOAD_RULES.some((rule) => rule.id === id);
}
