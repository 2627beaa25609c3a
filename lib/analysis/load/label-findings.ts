import { type Finding, printable } from '../../finding';
import { field } from '../../kube/field';
import { formatObject } from '../../kube/object';
import type { Manifest } from './manifests';

/** Where labels stand that policies select by: on the object itself, and in its template. */
const PLACES: readonly (readonly string[])[] = [
  ['metadata', 'labels'],
  ['spec', 'template', 'metadata', 'labels'],
  ['spec', 'jobTemplate', 'spec', 'template', 'metadata', 'labels'],
];

/**
 * Findings for labels that are no text: `version: 1.0` and `enabled: yes` are a number and a truth value in YAML, and the
 * API server refuses the object.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export function labelFindings({ object, source }: Manifest, written: unknown): readonly Finding[] {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace } = metadata;
  return PLACES.flatMap((path) => {
    const labels = path.reduce<unknown>((value, step) => field(value, step), written);
    if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) return [];
    return Object.entries(labels).flatMap(([key, value]): readonly Finding[] => {
      if (typeof value === 'string' || value === null) return [];
      const text = printable(JSON.stringify(value));
      return [
        {
          rule: 'label-no-text',
          severity: 'error',
          where: { file: source.file, line: source.lineOf([...path, key]) },
          message: `the label ${printable(key)} of ${formatObject({ apiVersion, kind, namespace, name })} is no text but ${text}; the API server refuses the object, and the label counts as absent here`,
          fix: `write it in quotes: ${printable(key)}: "…"`,
        },
      ];
    });
  });
}
