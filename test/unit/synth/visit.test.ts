import { Construct, RootConstruct } from 'constructs';
import { expect, test } from 'vitest';
import { visit } from '../../../lib/synth/visit';

test('parents are entered before their children and left after them', () => {
  const root = new RootConstruct('root');
  const a = new Construct(root, 'a');
  new Construct(a, 'b');
  new Construct(root, 'c');
  const steps: string[] = [];
  visit(
    root,
    ({ node }) => steps.push(`+${node.id}`),
    ({ node }) => steps.push(`-${node.id}`),
  );
  expect(steps.join(' ')).toBe('+root +a +b -b -a +c -c -root');
});
