import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toolNameProblem } from '../../../lib/model/tool';
import { expectProblem, expectReadable, type Refused } from './refusal';

test.each(['invoice:read', 'payment:process', 'crm:contact:read', 'invoice-v2:list-all', 'a:b', 'wall:any-colour'])(
  '%j names a tool',
  (name) => expect(toolNameProblem(name)).toBeUndefined(),
);

describe('refuses', () => {
  test.each<Refused>([
    ...['*', 'invoice:*', '*:read', 'invoice:re?d', 'all', 'ANY', 'invoice:all', 'any:read', 'Invoice:All:read'].map(
      (name): Refused => [name, /would allow more tools than it names/, /name each tool/],
    ),
    ...[
      '',
      'invoice',
      'invoice:',
      ':read',
      'Invoice:read',
      'invoice read',
      'invoice::read',
      'invoice:read\n',
      'invoice.read',
    ].map((name): Refused => [name, /is not a tool name/, /area:verb in lower case/]),
    ...['1nvoice:read', '-invoice:read', 'invoice-:read', 'invoice--x:read', 'invоice:read', 'invoice:read\u200b'].map(
      (name): Refused => [name, /is not a tool name/, /area:verb/],
    ),
  ])('%j', (name, message, fix) => expectProblem(toolNameProblem(name), message, fix));
});

test('whatever is accepted is lower-case ASCII with a colon, and nothing a matcher would expand', () => {
  const name = fc.oneof(fc.stringMatching(/^[a-z]{1,4}(-[a-z0-9]{1,2})?:(all|any|[a-z*]{1,4})$/), fc.string());
  fc.assert(
    fc.property(name, (text) => {
      const problem = toolNameProblem(text);
      if (problem !== undefined) return expectReadable(problem);
      expect(text).toMatch(/^[-a-z0-9]+(:[-a-z0-9]+)+$/);
      expect(text.split(':')).not.toContain('all');
      expect(text.split(':')).not.toContain('any');
    }),
    { numRuns: 1000 },
  );
});
