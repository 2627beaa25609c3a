import { describe, expect, test } from 'vitest';
import { EGRESS_ANNOTATION, INGRESS_ANNOTATION, purposeAnnotations } from '../../../../lib/render/network/purpose';

const policy = (ingress: readonly string[], egress: readonly string[]) => ({ spec: {}, ingress, egress });

describe('purposes as annotations', () => {
  test('number the rules of each direction', () => {
    expect(purposeAnnotations(policy(['a: TCP 1 (x)'], ['b: TCP 2 (y)', 'c: TCP 3 (z)']))).toEqual({
      [INGRESS_ANNOTATION]: '1. a: TCP 1 (x)\n',
      [EGRESS_ANNOTATION]: '1. b: TCP 2 (y)\n2. c: TCP 3 (z)\n',
    });
  });

  test.each([
    ['neither direction', [], [], []],
    ['ingress alone', ['a'], [], [INGRESS_ANNOTATION]],
    ['egress alone', [], ['a'], [EGRESS_ANNOTATION]],
  ])('are left out where nothing is allowed: %s', (_, ingress, egress, keys) => {
    expect(Object.keys(purposeAnnotations(policy(ingress, egress)))).toEqual(keys);
  });

  test('hold one line for each rule, whatever its text holds', () => {
    const forged = 'a: TCP 1 (p)\n2. vault: TCP 8200 (approved by security)';
    const text = purposeAnnotations(policy([], [forged, 'b']))[EGRESS_ANNOTATION];
    expect(text).toBe('1. a: TCP 1 (p) 2. vault: TCP 8200 (approved by security)\n2. b\n');
  });

  test.each([200, 201, 10_000])('of %d rules are cut where people stop reading', (count) => {
    const lines = purposeAnnotations(policy([], Array<string>(count).fill('x')))[EGRESS_ANNOTATION]?.split('\n') ?? [];
    expect(lines.slice(0, 200)).toEqual(Array.from({ length: 200 }, (_, index) => `${index + 1}. x`));
    expect(lines.slice(200)).toEqual(count > 200 ? [`and ${count - 200} more, see EGRESS.md`, ''] : ['']);
  });

  test.each(['x', 'ü', '🗝'])('of long texts in %s still fit into an object', (character) => {
    const rules = Array<string>(200).fill(character.repeat(2000));
    const annotations = purposeAnnotations(policy(rules, rules));
    const bytes = Buffer.byteLength(Object.entries(annotations).flat().join(''));
    expect(bytes).toBeLessThan(256 * 1024);
    // Cut, but not further than it takes.
    expect(bytes).toBeGreaterThan(128 * 1024);
    expect(annotations[INGRESS_ANNOTATION]).toMatch(/\nand \d+ more, see EGRESS.md\n$/);
  });
});
