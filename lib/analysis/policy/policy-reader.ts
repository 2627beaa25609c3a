import type { Finding } from '../../finding';
import { formatObject } from '../../kube/object';
import type { LabelSelector, LabelSelectorRequirement } from '../../kube/selector';
import { cidrRange } from '../address/address-range';
import type { Manifest } from '../load/manifests';
import type { AddressBlock } from './policy-model';

export type Path = readonly (string | number)[];
type Fields = Readonly<Record<string, unknown>>;

const OPERATORS: readonly string[] = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/**
 * Reads the fields of one policy, whatever stands in them: what has the wrong shape becomes a finding with its line,
 * and reads as absent only where that denies more.
 */
export class PolicyReader {
  readonly findings: Finding[] = [];
  /** True once something was found that makes the API server or the agent refuse the policy. */
  refused = false;

  constructor(readonly manifest: Manifest) {}

  /** A map; undefined if there is none or something else. */
  fields(value: unknown, path: Path): Fields | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'object' && !Array.isArray(value)) return value as Fields;
    return this.refuse(path, 'has to be a map');
  }

  /** A list; undefined if there is none. A list of the wrong kind is empty, which selects nothing. */
  list(value: unknown, path: Path): readonly unknown[] | undefined {
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value)) return value;
    this.refuse(path, 'has to be a list');
    return [];
  }

  /** The maps of a list, with their paths; undefined if there is no list. */
  maps(value: unknown, path: Path): readonly { readonly fields: Fields; readonly path: Path }[] | undefined {
    return this.list(value, path)?.flatMap((item, index) => {
      const at = [...path, index];
      // An item that is null is an empty map to the API server.
      const fields = item === null ? {} : this.fields(item, at);
      return fields === undefined ? [] : [{ fields, path: at }];
    });
  }

  strings(value: unknown, path: Path): readonly string[] | undefined {
    return this.list(value, path)?.flatMap((item, index) => {
      const text = this.text(item, [...path, index]);
      return text === undefined ? [] : [text];
    });
  }

  text(value: unknown, path: Path): string | undefined {
    if (value === undefined || value === null) return undefined;
    return typeof value === 'string' ? value : this.refuse(path, 'has to be text');
  }

  /** A selector; undefined if there is none. One of the wrong shape selects nothing. */
  selector(value: unknown, path: Path): LabelSelector | undefined {
    if (value === undefined || value === null) return undefined;
    const fields = this.fields(value, path);
    if (fields === undefined) return NOTHING;
    const labels = Object.entries(this.fields(fields.matchLabels, [...path, 'matchLabels']) ?? {});
    const matchLabels: Record<string, string> = {};
    for (const [key, label] of labels) {
      if (typeof label !== 'string') return this.refuse([...path, 'matchLabels', key], 'has to be text') ?? NOTHING;
      matchLabels[key] = label;
    }
    const matchExpressions: LabelSelectorRequirement[] = [];
    const at = [...path, 'matchExpressions'];
    for (const expression of this.maps(fields.matchExpressions, at) ?? []) {
      const requirement = this.requirement(expression.fields, expression.path);
      if (requirement === undefined) return NOTHING;
      matchExpressions.push(requirement);
    }
    return { matchLabels, matchExpressions };
  }

  private requirement({ key, operator, values: listed }: Fields, path: Path): LabelSelectorRequirement | undefined {
    const values = this.strings(listed, [...path, 'values']) ?? [];
    if (typeof key !== 'string' || typeof operator !== 'string' || !OPERATORS.includes(operator)) {
      return this.refuse(path, `needs a key and an operator (${OPERATORS.join(', ')})`);
    }
    if ((operator === 'In' || operator === 'NotIn') !== values.length > 0) {
      return this.refuse(path, `${operator} ${values.length > 0 ? 'takes no values' : 'needs values'}`);
    }
    return { key, operator: operator as LabelSelectorRequirement['operator'], values };
  }

  /** True if all of these are CIDRs; notes the first that is none. */
  cidrs(texts: readonly string[], path: Path): boolean {
    const wrong = texts.find((text) => cidrRange(text) === undefined);
    if (wrong !== undefined) this.refuse(path, `holds '${wrong}', which is no CIDR`);
    return wrong === undefined;
  }

  /** True if a block is one that Kubernetes and Cilium take: its exceptions lie within it. */
  block({ cidr, except }: AddressBlock, path: Path): boolean {
    if (!this.cidrs([cidr, ...except], path)) return false;
    const whole = cidrRange(cidr);
    const outside = except.find((text) => {
      const range = cidrRange(text);
      return (
        range?.family !== whole?.family ||
        (range?.first ?? 0n) < (whole?.first ?? 0n) ||
        (range?.last ?? 0n) > (whole?.last ?? 0n)
      );
    });
    if (outside !== undefined) this.refuse(path, `excepts ${outside}, which is not within ${cidr}`);
    return outside === undefined;
  }

  /** Notes what is wrong; the policy would be refused, so that no rule of it would be there. */
  refuse(
    path: Path,
    problem: string,
    fix = 'correct it; the policy is refused as it is, and nothing of it is enforced',
  ): undefined {
    this.refused = true;
    const { object } = this.manifest;
    this.report('malformed-policy', 'error', path, `${fieldText(path)} of ${nameOf(object)} ${problem}`, fix);
    return undefined;
  }

  report(rule: string, severity: Finding['severity'], path: Path, message: string, fix: string): void {
    const { source } = this.manifest;
    this.findings.push({ rule, severity, where: { file: source.file, line: source.lineOf(path) }, message, fix });
  }
}

/** Selects no pod at all. */
export const NOTHING: LabelSelector = {
  matchExpressions: [
    { key: 'portcullis.dev/nothing', operator: 'Exists' },
    { key: 'portcullis.dev/nothing', operator: 'DoesNotExist' },
  ],
};

/** `spec.egress[0].to`, as people write it. */
export function fieldText(path: Path): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
}

function nameOf(object: Manifest['object']): string {
  const { apiVersion, kind, metadata } = object;
  return formatObject({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name });
}
