import * as v from 'valibot';
import type { Problem } from '../finding';
import { labelKeyProblem, labelValueProblem } from '../model/label';
import { dnsLabelProblem, dnsSubdomainProblem } from '../model/name';
import { portNumberProblem } from '../model/port';
import { checked, described } from './check';

/** Schemas of single values, shared by the sections of an environment file. */

export const port = checked(v.number(), portNumberProblem, 'invalid-value', {
  type: 'integer',
  minimum: 1,
  maximum: 65_535,
});

export const labelKey = checked(v.string(), labelKeyProblem);

/** Labels that select pods. */
export const selector = checked(
  v.record(
    labelKey,
    checked(v.string(), (value) => labelValueProblem(value)),
  ),
  (record) =>
    Object.keys(record).length > 0
      ? undefined
      : { message: 'an empty selector selects every pod', fix: 'name a label, or remove the key' },
  'invalid-value',
  { minProperties: 1 },
);

export const domain = checked(v.string(), (text) => dnsSubdomainProblem(text, 'domain'));

const DNS_LABEL = { pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 63 } as const;

/** A DNS label. */
export function dnsLabel(what: string) {
  return checked(v.string(), (text) => dnsLabelProblem(text, what), 'invalid-value', DNS_LABEL);
}

/** An optional namespace with its description. */
export function namespace(text: string) {
  return described(v.optional(dnsLabel('namespace')), text);
}

/** A list that has to say `none` if nothing is on it. */
export function listOrNone<Item extends v.GenericSchema>(item: Item, what: string) {
  return v.union([v.literal('none'), notEmpty(v.array(item), what, "list what is allowed, or write 'none'")]);
}

/** A list that has at least one item. */
export function notEmpty<List extends v.GenericSchema<unknown, readonly unknown[]>>(
  list: List,
  what: string,
  fix: string,
) {
  const problem = (items: readonly unknown[]): Problem | undefined =>
    items.length > 0 ? undefined : { message: `${what} is empty, which could be a mistake`, fix };
  return checked(list, problem, 'empty-allowlist', { minItems: 1 });
}
