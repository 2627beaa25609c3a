import { domainToASCII, domainToUnicode } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { host, hostProblem } from '../../../lib/model/host';
import { expectProblem, type Refused } from './refusal';

/** Unicode hosts that a reviewer reads for what they are. */
const HONEST = [
  'bücher.example',
  'straße.de',
  'paral·lel.cat',
  'пример.com',
  'пример.рф',
  'хор.рф',
  'kapı.com.tr',
  'ελλάδα.gr',
  'հայաստան.am',
  'ישראל.co.il',
  'مثال.com',
  'उदाहरण.in',
  'ไทย.co.th',
  '日本.jp',
  'ソニー.jp',
  '日立ソリューションtv.jp',
  '한국.kr',
  '香港.hk',
];

describe('a punycode host that displays as what it is', () => {
  test.each(HONEST)('%s is accepted with displays, and refused without', (displays) => {
    const ascii = domainToASCII(displays);
    expect(ascii).toMatch(/^[a-z0-9.-]*xn--[a-z0-9.-]+$/);
    expect(host(ascii, displays)).toBe(ascii);
    expect(host(`${ascii.toUpperCase()}.`, displays)).toBe(ascii);
    expectProblem(hostProblem(ascii), /is punycode and displays as '/, /add displays: '.*', so that reviewers see it/);
    expect(hostProblem(ascii)?.fix).toContain(`'${displays}'`);
  });

  test.each(HONEST)('%s itself is refused, with the spelling to write instead', (displays) => {
    const problem = hostProblem(displays);
    expectProblem(
      problem,
      /holds characters outside ASCII \('.' U\+[0-9A-F]{4}/,
      /^if it is meant, write the host as '/,
    );
    const [, ascii = '', shown = ''] =
      /'(xn--[^']*|[^']*xn--[^']*)' with displays: '(.*)'$/.exec(problem?.fix ?? '') ?? [];
    expect(host(ascii, shown)).toBe(domainToASCII(displays));
  });

  test('the same for patterns', () => {
    expect(host('*.xn--bcher-kva.example', '*.bücher.example')).toBe('*.xn--bcher-kva.example');
    expectProblem(
      hostProblem('*.xn--bcher-kva.example', 'bücher.example'),
      /displays as '\*\.bücher\.example', not as 'bücher\.example'/,
      /add displays: '\*\.bücher\.example'/,
    );
    expectProblem(hostProblem('**.bücher.example'), /outside ASCII/, /'\*\*\.xn--bcher-kva\.example' with displays/);
  });

  test('an accent may be written as a character of its own', () => {
    expect(host('xn--bcher-kva.example', 'bu\u0308cher.example')).toBe('xn--bcher-kva.example');
  });

  test('a public suffix in punycode is still one', () => {
    expectProblem(hostProblem('*.xn--p1ai', '*.рф'), /covers the public suffix 'xn--p1ai'/, /registered domain/);
    expectProblem(hostProblem('**.xn--55qx5d.cn', '**.公司.cn'), /covers the public suffix 'xn--55qx5d\.cn'/, /domain/);
  });
});

describe('refuses displays that show something else', () => {
  test.each([
    ['xn--bcher-kva.example', 'bucher.example', /displays as 'bücher\.example', not as 'bucher\.example'/],
    ['xn--bcher-kva.example', 'api.stripe.com', /not as 'api\.stripe\.com'/],
    ['xn--bcher-kva.example', '', /not as ''/],
    ['xn--bcher-kva.example', 'bücher.example\u200b', /not as 'bücher\.example\\u\{200b\}'/],
    ['xn--bcher-kva.example', 'bücher.example\nurgent', /not as 'bücher\.example\\u\{a\}urgent'/],
  ])('%j shown as %j', (text, displays, message) => {
    expectProblem(hostProblem(text, displays), message, /add displays: 'bücher\.example'/);
  });

  test.each(['evil.example.com', '*.example.com'])('%j needs none', (text) => {
    expectProblem(hostProblem(text, 'api.stripe.com'), /is plain ASCII and needs no displays/, /remove displays/);
  });

  test.each([
    ['xn--a.com', ''],
    ['*.xn--a.com', '*.'],
    ['xn--zzzzzzzzzzzzzz.com', ''],
    ['xn--ABC.com', 'abc.com'],
    ['xn--a.xn--bcher-kva.com', 'bücher.com'],
  ])('%j is no punycode, whatever it is said to show', (text, displays) => {
    expectProblem(hostProblem(text, displays), /starts with xn-- and is not valid punycode/, /registrar/);
  });
});

/** Look-alikes as their writer would like to have them read. */
const OUTSIDE_ASCII: readonly Refused[] = [
  ['аpple.com', /'а' U\+0430/, /^type the real name of the host in ASCII$/],
  ['аррӏе.com', /'а' U\+0430, 'р' U\+0440, 'ӏ' U\+04CF, …/, /^type the real name of the host in ASCII$/],
  ['gıthub.com', /'ı' U\+0131/, /^type the real name of the host in ASCII$/],
  ['ａｐｐｌｅ.com', /U\+FF41/, /resolvers read this one as 'apple\.com'/],
  ['api。stripe。com', /'。' U\+3002/, /resolvers read this one as 'api\.stripe\.com'/],
  ['api.stripe．com', /U\+FF0E/, /resolvers read this one as 'api\.stripe\.com'/],
  ['\u212aube.example.com', /U\+212A/, /resolvers read this one as 'kube\.example\.com'/],
  ['pay\u200dpal.com', /^'pay\\u\{200d\}pal\.com' holds .*'\\u\{200d\}' U\+200D/, /^type the real name/],
  ['pay\u200bpal.com', /'pay\\u\{200b\}pal\.com' holds .*U\+200B/, /resolvers read this one as 'paypal\.com'/],
  ['pay\u00adpal.com', /'pay\\u\{ad\}pal\.com' holds .*U\+00AD/, /resolvers read this one as 'paypal\.com'/],
  ['moc.\u202eelpmaxe', /'moc\.\\u\{202e\}elpmaxe' holds .*U\+202E/, /^type the real name/],
  ['example.com\ufeff', /'example\.com\\u\{feff\}' is not a host/, /write the host/],
  ['１６９.254.169.254', /ends in a number/, /cidr/],
  ['example.com⁄path', /U\+2044/, /^type the real name/],
];

describe('refuses text outside ASCII, and names the characters', () => {
  test.each(OUTSIDE_ASCII)('%j', (text, message, fix) => expectProblem(hostProblem(text), message, fix));
});

test.each([
  ['аpple.com', /where 'аpple' mixes scripts/],
  ['аррӏе.com', /where 'аррӏе' is taken for 'apple'/],
  ['↖paypal.com', /where '↖paypal' .* characters that no name needs/],
])('a look-alike in punycode is refused even with displays: %s', (displays, message) => {
  expectProblem(hostProblem(domainToASCII(displays), displays), message, /real name of the host/);
  expectProblem(hostProblem(domainToASCII(displays)), message, /real name of the host/);
});

test('whatever is accepted outside plain ASCII names shows every letter to its reader', () => {
  const letters = fc.constantFrom(...'abclеоаіıüßяж\u0307\u200d日ーノ한الǃɑꓸ·-1');
  const label = fc.array(letters, { minLength: 1, maxLength: 6 }).map((all) => all.join(''));
  let accepted = 0;
  fc.assert(
    fc.property(label, (written) => {
      const ascii = domainToASCII(`${written}.com`);
      const displays = domainToUnicode(ascii);
      if (!ascii.includes('xn--') || hostProblem(ascii, displays) !== undefined) return;
      accepted += 1;
      const shown = displays.replace(/\.com$/, '');
      expect(shown).toMatch(/^[\p{L}\p{N}-]+$/u);
      expect(/\p{Script=Latin}/u.test(shown) && /\p{Script=Cyrillic}/u.test(shown)).toBe(false);
      expect(shown).not.toMatch(/^[-0-9a-zаеоіı]*$/);
      expect(shown).not.toMatch(/[a-z]ノ|ノ[a-z]|[ǃɑꓸ]/);
    }),
    { numRuns: 5000 },
  );
  expect(accepted).toBeGreaterThan(0);
});
