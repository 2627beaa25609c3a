import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imitation } from '../../../lib/model/look-alike';

describe('sees nothing wrong in names as people write them', () => {
  test.each([
    'example.com',
    'bücher.example',
    'łódź.pl',
    'tromsø.no',
    'trường.vn',
    'paral·lel.cat',
    'kapı.com.tr',
    'пример.com',
    'хор.рф',
    'ελλάδα.gr',
    'հայաստան.am',
    'ישראל.co.il',
    'שָׁלוֹם.co.il',
    'مثال.com',
    'उदाहरण.in',
    'বাংলা.com',
    'ไทย.co.th',
    'მაგალითი.ge',
    '日本.jp',
    'ソニー.jp',
    'ノート.jp',
    '口口.cn',
    '日立tv.jp',
    '한국lg.kr',
    'ㄅㄆㄇ.tw',
  ])('%s', (host) => expect(imitation(host)).toBeUndefined());
});

const MIXED = /^'.*' mixes scripts or has characters that no name needs, as look-alike names do$/;
const PATH = /^a character of '.*' is taken for a slash or a dot$/;

describe('sees through look-alikes', () => {
  test.each([
    ['аpple.com', MIXED, 'Cyrillic а before Latin'],
    ['appΙe.com', MIXED, 'Greek Ι in Latin'],
    ['gοοgle.com', MIXED, 'Greek ο in Latin'],
    ['ցoogle.com', MIXED, 'Armenian ց in Latin'],
    ['аррӏе.com', /^'аррӏе' is taken for 'apple'$/, 'Cyrillic throughout'],
    ['www.аррӏе.com', /^'аррӏе' is taken for 'apple'$/, 'not in the first label'],
    ['сок-1.com', /^'сок-1' is taken for 'cok-1'$/, 'Cyrillic with a digit'],
    ['νικο.com', /^'νικο' is taken for 'viko'$/, 'Greek throughout'],
    ['սոօ.com', /^'սոօ' is taken for 'uno'$/, 'Armenian throughout'],
    ['gıthub.com', /^'gıthub' is taken for 'github'$/, 'dotless ı outside Turkish'],
    ['g〇〇gle.com', /^'g〇〇gle' is taken for 'google'$/, 'the ideograph of zero'],
    ['paypaㅣ.com', /^'paypaㅣ' is taken for 'paypal'$/, 'a Hangul vowel'],
    ['stripe·com.example.com', MIXED, 'a middle dot between labels'],
    ['paypal·login.com', MIXED, 'a Catalan dot outside Catalan'],
    ['stripe・com.example.com', MIXED, 'a Katakana middle dot'],
    ['stripeㆍcom.example.com', PATH, 'a Hangul dot'],
    ['comノlogin.example.com', PATH, 'a Katakana slash'],
    ['comノログイン.example.com', PATH, 'a Katakana slash with more behind it'],
    ['paypaꓲ.com', MIXED, 'a script that nobody writes names in'],
    ['ᏢᎪᎩᏢᎪᏞ.com', MIXED, 'Cherokee throughout'],
    ['goɑl.com', MIXED, 'a phonetic letter'],
    ['paypalǃ.com', MIXED, 'a click letter'],
    ['i\u0307nfo.com', MIXED, 'a mark that cannot be seen on an i'],
    ['1\u0307.com', MIXED, 'a mark on a digit'],
    ['a\u3099.jp', MIXED, 'a Japanese mark on a Latin letter'],
    ['\u0301a.com', MIXED, 'a mark on nothing'],
    ['pay\u200dpal.com', MIXED, 'a joiner'],
    ['ab\u202ecd.com', MIXED, 'an override of direction'],
    ['pay\ufe0fpal.com', MIXED, 'a variation selector'],
    ['a\u3164b.com', MIXED, 'a filler without a shape'],
    ['💩.la', MIXED, 'an emoji'],
    ['сор.сор', /^'сор' is taken for 'cop'$/, 'a top-level domain that looks like another'],
  ])('%j, %s', (host, clause) => expect(imitation(host)).toMatch(clause));
});

test('ASCII hosts imitate nothing', () => {
  fc.assert(fc.property(fc.domain(), (host) => imitation(host) === undefined));
});

test('one Cyrillic letter among Latin ones never passes', () => {
  const latin = fc.stringMatching(/^[a-z]{1,8}$/);
  const cyrillic = fc.integer({ min: 0x430, max: 0x44f }).map((code) => String.fromCodePoint(code));
  fc.assert(
    fc.property(latin, cyrillic, latin, (head, letter, tail) => imitation(`${head}${letter}${tail}.com`) !== undefined),
  );
});
