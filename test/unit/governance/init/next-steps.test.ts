import { expect, test } from 'vitest';
import { nextSteps } from '../../../../lib/governance/init/next-steps';

test.each([
  [undefined, 'npm install '],
  ['gate', 'cd gate\n'],
  ['mit leer zeichen äöü', "cd 'mit leer zeichen äöü'\n"],
  ["it's; rm -rf ~", "cd 'it'\\''s; rm -rf ~'\n"],
  ['-x', 'cd ./-x\n'],
])('the way into %j is a command that a shell understands', (folder, first) => {
  const text = nextSteps({ ...(folder === undefined ? {} : { folder }), isWithoutOwners: false });
  expect(text.split('next:\n  ')[1]?.startsWith(first)).toBe(true);
});
