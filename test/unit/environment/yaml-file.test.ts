import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { environmentSchema } from '../../../lib/environment/schema';
import { readYamlFile, type YamlFile } from '../../../lib/environment/yaml-file';
import { refusing, settings, temporaryFolder, writeFolder } from './refusal';

const root = temporaryFolder();
const errorsOf = refusing(root);

describe('YAML that settings do without', () => {
  const ALIAS = "write the value out; if it is a text that starts with '*', put it in quotes (yaml-alias)";

  test('an alias, where it stands', () => {
    expect(errorsOf('dialect: &a { kind: kubernetes }\nportarium: *a\n')).toEqual([
      `prod.yaml:2:12: error: '*a' is a YAML alias, and settings do without; ${ALIAS}`,
    ]);
  });

  test.each(['*', '*.example.com', '**.example.com'])('a wildcard host without quotes (%s)', (host) => {
    const errors = errorsOf(`dialect: { kind: kubernetes }\nhost: ${host}\nother: "*"\n`);
    expect(errors).toEqual([`prod.yaml:2:7: error: '${host}' is a YAML alias, and settings do without; ${ALIAS}`]);
  });

  test('an anchor bomb, without blowing it up', () => {
    const level = (index: number) => `a${index + 1}: &a${index + 1} [${Array(10).fill(`*a${index}`)}]`;
    const errors = errorsOf(`a0: &a0 [x]\n${Array.from({ length: 40 }, (_, index) => level(index)).join('\n')}\n`);
    expect(errors).toHaveLength(20); // the first ones say it all
    expect(errors[0]).toContain("prod.yaml:2:10: error: '*a0' is a YAML alias");
  });

  test('an alias of a map that holds itself', () => {
    expect(errorsOf('dialect: &a\n  kind: *a\n')).toEqual([
      `prod.yaml:2:9: error: '*a' is a YAML alias, and settings do without; ${ALIAS}`,
    ]);
  });

  test.each([
    ['a key twice', 'a: 1\nb: 2\na: 3\n', "3:1: error: the key 'a' already stands in this map, in line 1"],
    [
      'a key twice in flow style',
      'a: { b: 1, b: 1 }\n',
      "1:12: error: the key 'b' already stands in this map, in line 1",
    ],
    [
      'a key once as a number and once as text',
      '1: a\n"1": b\n',
      "2:1: error: the key '1' already stands in this map, in line 1",
    ],
  ])('%s', (_, text, error) => {
    expect(errorsOf(text)).toEqual([`prod.yaml:${error}; remove one of the two (duplicate-key)`]);
  });

  test('every key that stands twice, whatever else is wrong', () => {
    expect(errorsOf('a: 1\na: 2\nb: { c: 1, c: *x }\nb: 3\n').map((error) => error.split(' error:')[0])).toEqual([
      'prod.yaml:2:1:',
      'prod.yaml:3:12:',
      'prod.yaml:3:15:',
      'prod.yaml:4:1:',
    ]);
  });

  test.each([
    [
      'several documents',
      `${settings()}---\n${settings()}`,
      '9:1: error: the file holds more than one YAML document; give each environment a file of its own, and remove the line ---',
    ],
    [
      'a map as a key',
      '? { a: b }\n: c\n',
      '1:3: error: a list, a map or nothing stands where a key should be; name the key',
    ],
    [
      'YAML 1.1, in which yes is true',
      '%YAML 1.1\n---\na: yes\n',
      '1:1: error: the file asks for YAML 1.1, and settings are YAML 1.2; remove the line that starts with %YAML',
    ],
    [
      'a tag',
      'dialect: !cilium { kind: kubernetes }\n',
      '1:10: error: the YAML cannot be read: Unresolved tag: !cilium; correct it here or just above',
    ],
    [
      'a tab as indentation',
      'dialect:\n\tkind: kubernetes\n',
      '2:1: error: a tab stands where the indentation should be; indent with blanks',
    ],
    [
      'a control character',
      'dialect: { kind: kubernetes }\nportarium: "\u0000"\n',
      '2:13: error: the file holds the control character U+0000; remove it; check that this is a settings file',
    ],
  ])('%s', (_, text, error) => {
    expect(errorsOf(text)).toEqual([`prod.yaml:${error} (yaml-syntax)`]);
  });
});

describe('YAML that cannot be read', () => {
  test.each([
    ['an open bracket', 'dialect: { kind: kubernetes\nportarium: 3\n', '2:1'],
    ['an open quote', 'dialect: "kubernetes\n', '2:1'],
    ['a key too far left', 'dialect:\n  kind: kubernetes\n version: 3\n', '3:1'],
    ['two values', 'dialect: { kind: kubernetes } x\n', '1:31'],
  ])('%s', (_, text, place) => {
    const [first = ''] = errorsOf(text);
    expect(first).toMatch(/; correct it here or just above \(yaml-syntax\)$/);
    expect(first).toContain(`prod.yaml:${place}: error: the YAML cannot be read: `);
  });

  test('every syntax error of a file', () => {
    const errors = errorsOf('a: ]\nb: 1\nc: }\n');
    expect(errors.filter((error) => error.includes('prod.yaml:1:'))).not.toEqual([]);
    expect(errors.filter((error) => error.includes('prod.yaml:3:'))).not.toEqual([]);
  });

  test('a broken file says a screenful at most', () => {
    expect(errorsOf('a: }\n'.repeat(1000)).length).toBeLessThanOrEqual(20);
  });
});

describe('nesting that would overflow the stack', () => {
  const DEEP =
    'lists and maps are nested more than 50 levels deep; check the brackets; settings need less than ten levels (yaml-depth)';
  test.each([
    ['100,000 brackets', '['.repeat(100_000), '1:51'],
    ['100,000 brackets that close', '['.repeat(100_000) + ']'.repeat(100_000), '1:51'],
    ['100,000 braces', '{a: '.repeat(100_000), '1:201'],
    ['20,000 dashes', `${'- '.repeat(20_000)}x`, '1:101'],
    ['20,000 dashes and back', `${'- '.repeat(20_000)}x\ny`, '1:1'],
    ['20,000 question marks', `${'? '.repeat(20_000)}x`, '1:101'],
    ['51 brackets', `a: ${'['.repeat(50)}${']'.repeat(50)}`, '1:53'],
  ])('%s', (_, text, place) => {
    expect(errorsOf(text)).toEqual([`prod.yaml:${place}: error: ${DEEP}`]);
  });

  test('50 levels are read', () => {
    const [first = ''] = errorsOf(`a: ${'['.repeat(49)}${']'.repeat(49)}`);
    expect(first).toContain("the key 'a' is unknown");
  });
});

describe('a file that people write in other ways', () => {
  const broken = 'dialect: { kind: kubernetes }\nportariun: {}\n';
  const at = (place: string) => [
    `prod.yaml:${place}: error: the key 'portariun' is unknown; did you mean 'portarium'?; use one of ${Object.keys(environmentSchema.entries).join(', ')} (unknown-key)`,
  ];

  test('with a byte order mark, which moves no column', () => {
    expect(errorsOf(`\ufeff${broken}`)).toEqual(at('2:1'));
    expect(errorsOf('\ufeffportariun: {}\ndialect: { kind: kubernetes }\n')).toEqual(at('1:1'));
  });

  test('with CRLF', () => {
    expect(errorsOf(broken.replaceAll('\n', '\r\n'))).toEqual(at('2:1'));
  });

  test('with characters of several code units in front', () => {
    expect(errorsOf('{ profile: strict, # 🚪🚪\n  dialect: { kind: kubernetes }, portariun: {} }')).toEqual(at('2:34'));
  });

  test.each(['', '\n\n', '# nothing\n', '---\n', '\ufeff'])('with nothing in it (%o)', (text) => {
    const [error, ...others] = errorsOf(text);
    expect(error).toMatch(
      /^prod\.yaml:\d+:\d+: error: the file is empty; write settings as 'key: value' \(invalid-value\)$/,
    );
    expect(others).toEqual([]);
  });

  test.each([
    ['latin 1', Buffer.from('dialect: { kind: kubernetes } # caf\xe9\n', 'latin1')],
    ['UTF-16', Buffer.from('\ufeffdialect: { kind: kubernetes }\n', 'utf16le')],
    [
      'bytes of something else',
      Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * index * 7 + index) % 256)),
    ],
  ])('in %s', (_, content) => {
    expect(errorsOf(content)).toEqual([
      'prod.yaml: error: the file is not UTF-8 text; save it as UTF-8; check that it is a settings file (yaml-syntax)',
    ]);
  });
});

describe('locate', () => {
  function read(text: string): YamlFile {
    writeFolder(join(root, 'located'), { 'a.yaml': text });
    const file = readYamlFile(join(root, 'located/a.yaml'));
    if ('findings' in file) throw new Error('refused');
    return file;
  }

  test('finds values and keys, and the closest thing around what is missing', () => {
    const file = read('a:\n  - b: 1\n    "2": [x, y]\n  -\nc:\n');
    expect(file.value).toEqual({ a: [{ b: 1, 2: ['x', 'y'] }, null], c: null });
    expect(file.locate([])).toEqual({ line: 1, column: 1 });
    expect(file.locate(['a', 0, 'b'])).toEqual({ line: 2, column: 8 });
    expect(file.locate(['a', 0, 'b'], 'key')).toEqual({ line: 2, column: 5 });
    expect(file.locate(['a', 0, 2, 1])).toEqual({ line: 3, column: 14 });
    expect(file.locate(['a', 0, 'missing'])).toEqual({ line: 2, column: 5 });
    expect(file.locate(['a', 7, 'b'])).toEqual({ line: 2, column: 3 });
    expect(file.locate(['a', 0, 'b', 'deeper'])).toEqual({ line: 2, column: 8 });
    expect(file.locate(['missing', 'deeper'])).toEqual({ line: 1, column: 1 });
  });
});
