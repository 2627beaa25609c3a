import { expect, test } from 'vitest';
import { parseLock } from '../../../../lib/governance/lock/lock-file';
import { unknownKeywords } from '../../../../lib/governance/lock/unknown-keyword';

const wrong = (text: string) => unknownKeywords(parseLock(text, 'the.lock').tokens, 'the.lock').map(({ rule }) => rule);

test.each(['openai', 'OpenAI', 'api.example.com', 'API.example.com.'])('%s is known', (token) => {
  expect(wrong(`${token}\n`)).toEqual([]);
});

test.each([
  ['evilai', 'lock-keyword'],
  ['constructor', 'lock-keyword'],
  ['.', 'lock-host'],
  ['..', 'lock-host'],
  ['.com', 'lock-host'],
  ['198.51.100.7', 'lock-host'],
  [`${'a'.repeat(64)}.com`, 'lock-host'],
])('%s is refused', (token, rule) => {
  expect(wrong(`# reviewed\n\n${token}\n`)).toEqual([rule]);
});
