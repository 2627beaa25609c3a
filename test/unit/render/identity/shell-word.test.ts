import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commandLines, shellWord } from '../../../../lib/render/identity/shell-word';
import { shellWords } from './posix-shell';

describe('shellWord', () => {
  test.each([
    ['k8s:ns:portarium-agents', 'k8s:ns:portarium-agents'],
    ['spiffe://portarium.dev/agent/ws-a', 'spiffe://portarium.dev/agent/ws-a'],
    ['', "''"],
    ['a b', "'a b'"],
    ["it's", `'it'\\''s'`],
    ['$(reboot)', "'$(reboot)'"],
    ['a\nb', "'a\nb'"],
    ['~', "'~'"],
    ['=ls', "'=ls'"],
    ['*', "'*'"],
  ])('%j is written %s', (text, word) => expect(shellWord(text)).toBe(word));

  test('a NUL character is refused, since no argument can hold one', () => {
    expect(() => shellWord('a\0b')).toThrow(/NUL/);
  });
});

const word = fc
  .oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^['"\\$`;&| \n*a]{0,8}$/))
  .filter((text) => !text.includes('\0'));

test('a shell reads back the words that were written', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), fc.array(fc.array(word, { minLength: 1 })), (words, options) => {
      expect(shellWords(commandLines(words, options))).toEqual([words, ...options].flat());
    }),
    { numRuns: 500 },
  );
});

test('so does a real one', () => {
  const words = ["it's", '$HOME', '`id`', 'a\nb', '"', '\\', '*', '~', '', '-n', 'ünï 🗝', ';exit 3', '!!', '#'];
  const { stdout, status } = spawnSync('sh', ['-c', commandLines(['printf', '%s\\0', ...words], [words])]);
  expect(status).toBe(0);
  expect(stdout.toString().split('\0').slice(0, -1)).toEqual([...words, ...words]);
});

test('one option stands on each line', () => {
  expect(commandLines(['spire-server', 'entry'], [['-a', 'b'], ['-c']])).toBe('spire-server entry \\\n  -a b \\\n  -c');
});
