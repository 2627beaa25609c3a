import { apiGroup } from '../../kube/object';
import type { Analysis } from '../analysis';
import type { Manifest } from '../load/manifests';
import type { Direction } from '../policy/policy-model';
import type { Path } from '../policy/policy-reader';

export type Fields = Readonly<Record<string, unknown>>;

/** A spec of a policy as it was written, whatever stands in it. */
export interface WrittenSpec {
  readonly manifest: Manifest;
  readonly isCilium: boolean;
  readonly spec: Fields;
  readonly path: Path;
}

/** A rule of a policy as it was written. */
export interface WrittenRule extends WrittenSpec {
  readonly fields: Fields;
  readonly direction: Direction;
  readonly effect: 'allow' | 'deny';
}

/** True for policies of Cilium, namespaced and clusterwide. */
export function isCilium(manifest: Manifest): boolean {
  return apiGroup(manifest.object.apiVersion) === 'cilium.io';
}

/** Every spec of every policy that the dialect enforces. */
export function* writtenSpecs({ manifests, dialect }: Analysis): Generator<WrittenSpec> {
  for (const manifest of manifests.policies) {
    const ofCilium = isCilium(manifest);
    if (ofCilium && dialect.kind === 'kubernetes') continue;
    const { spec, specs } = manifest.object;
    if (isMap(spec)) yield { manifest, isCilium: ofCilium, spec, path: ['spec'] };
    if (!ofCilium) continue;
    for (const [index, each] of listOf(specs).entries()) {
      if (isMap(each)) yield { manifest, isCilium: ofCilium, spec: each, path: ['specs', index] };
    }
  }
}

/** Every rule of every policy that the dialect enforces; the path is the rule's. */
export function* writtenRules(analysis: Analysis): Generator<WrittenRule> {
  for (const written of writtenSpecs(analysis)) {
    for (const direction of ['ingress', 'egress'] as const) {
      for (const [field, effect] of [
        [direction, 'allow'],
        [`${direction}Deny`, 'deny'],
      ] as const) {
        if (effect === 'deny' && !written.isCilium) continue;
        for (const [index, fields] of listOf(written.spec[field]).entries()) {
          if (!isMap(fields)) continue;
          yield { ...written, fields, path: [...written.path, field, index], direction, effect };
        }
      }
    }
  }
}

export function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The items of a list; none if it is something else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
