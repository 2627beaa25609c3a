import { describe, expect, test } from 'vitest';
import type { Locked } from '../../../../lib/governance/lock/entry';
import { lineOf } from '../../../../lib/governance/lock/line';
import { parseLock } from '../../../../lib/governance/lock/lock-file';
import { parseLine } from '../../../../lib/governance/lock/parse-line';
import { writeLock } from '../../../../lib/governance/lock/write-lock';

const ONE = 'prod/shop web -> db tcp/5432';
const TWO = 'prod/shop web -> host api.example.com tcp/443';

const refused = (text: string) =>
  parseLock(text, 'the.lock').findings.map(({ rule, where, message }) => {
    expect(rule).toBe('lock-syntax');
    return [(where as { line: number }).line, message];
  });

describe('bad input', () => {
  test.each<[string, string, number, string]>([
    ['an empty file', '', 1, 'the lock is empty, so it approves nothing'],
    ['comments alone', '# nothing\n\n', 1, 'the lock is empty, so it approves nothing'],
    ['merge conflict, ours', `<<<<<<< HEAD\n${ONE}\n`, 1, 'a merge conflict is not resolved'],
    ['merge conflict, base', `${ONE}\n||||||| 1234\n`, 2, 'a merge conflict is not resolved'],
    ['merge conflict, between', `${ONE}\n=======\n`, 2, 'a merge conflict is not resolved'],
    ['merge conflict, theirs', `${ONE}\n>>>>>>> topic\n`, 2, 'a merge conflict is not resolved'],
    ['a line of something else', `${ONE}\nprod/shop web -> db\n`, 2, 'the line is no entry of the lock'],
    ['a line twice', `${ONE}\n# again\n${ONE}  # or so\n`, 3, 'the line stands in line 1 already'],
    ['CRLF', `# a\r\n${ONE}\r\n`, 1, 'the lock has line ends of Windows'],
    ['one CRLF', `${ONE}\n${TWO}\r\n`, 2, 'the lock has line ends of Windows'],
    ['a byte-order mark', `\ufeff${ONE}\n`, 1, 'the lock starts with a byte-order mark'],
    [
      'text that runs backwards',
      `${ONE}  # \u202eevil\n`,
      1,
      `the line holds what is not seen: '${ONE}  # \\u{202e}evil'`,
    ],
    ['a character without width', 'openai\u200b\n', 1, "the line holds what is not seen: 'openai\\u{200b}'"],
    ['a control character', `${ONE}\u0007\n`, 1, `the line holds what is not seen: '${ONE}\\u{7}'`],
    ['an escape that JSON does not know', 'prod/shop pods "a\\x" = shop a=b\n', 1, 'the line is no entry of the lock'],
    ['a tab in quotes', 'prod/shop pods "a\tb" = shop a=b\n', 1, 'the line is no entry of the lock'],
    ['a range that is none', 'prod/shop web -> cidr 203.0.113.0/33 tcp/1\n', 1, 'the line is no entry of the lock'],
    [
      'an empty exception',
      'prod/shop web -> cidr 203.0.113.0/24 except= tcp/1\n',
      1,
      'the line is no entry of the lock',
    ],
    [
      'a label twice, of which only one counts',
      'prod/shop pods web = shop app=any app=web\n',
      1,
      "the line is not written as it is read: 'prod/shop pods web = shop app=web'",
    ],
    [
      'a label that no object keeps',
      'prod/shop pods web = shop __proto__=x app=web\n',
      1,
      "the line is not written as it is read: 'prod/shop pods web = shop app=web'",
    ],
    [
      'a port with a zero before it',
      'prod/shop web -> db tcp/08\n',
      1,
      "the line is not written as it is read: 'prod/shop web -> db tcp/8'",
    ],
    [
      'further blanks',
      'prod/shop  web -> db tcp/8\n',
      1,
      "the line is not written as it is read: 'prod/shop web -> db tcp/8'",
    ],
    ['both forms', `${ONE}\nopenai\n`, 2, 'openai is no entry'],
    ['a keyword for everything', '*\n', 1, '* stands for every host'],
    ['a keyword for everything', 'ALL\n', 1, 'ALL stands for every host'],
    ['a pattern for a keyword', '*.com\n', 1, '*.com stands for every host'],
  ])('%s', (_, text, line, message) => {
    expect(refused(text)).toEqual([[line, message]]);
  });

  test('everything that is wrong comes in one run', () => {
    expect(refused(`nonsense here\n${ONE}\n${ONE}\n<<<<<<< HEAD\n`)).toHaveLength(3);
  });
});

test('the plain form is read, without case, blanks and comments', () => {
  const { tokens, findings } = parseLock('# reviewed\n\nOpenAI  # the model\n api.example.com\n', 'the.lock');
  expect(findings).toEqual([]);
  expect(tokens).toEqual([
    { token: 'openai', line: 3 },
    { token: 'api.example.com', line: 4 },
  ]);
});

describe('writing', () => {
  const locked = (line: string, purpose?: string): Locked => {
    const entry = parseLine(line);
    if (entry === undefined) throw new Error(line);
    return { entry, cause: { construct: 'shop' }, ...(purpose === undefined ? {} : { purpose }) };
  };

  test('each environment and program is a group, and purposes are comments of one line', () => {
    const text = writeLock([locked('dev/shop web -> db tcp/1'), locked(ONE, 'orders,\n  and so on'), locked(TWO)]);
    expect(text.split('\n').slice(2)).toEqual([
      '',
      'dev/shop web -> db tcp/1',
      '',
      `${ONE}  # orders, and so on`,
      TWO,
      '',
    ]);
    expect(parseLock(text, 'the.lock').entries.map(({ entry }) => lineOf(entry))).toEqual([
      'dev/shop web -> db tcp/1',
      ONE,
      TWO,
    ]);
  });

  test('keeps what people wrote above the file and above entries that stay', () => {
    const own = `# Ours.\n\n# asked for in March\n# by finance\n${ONE}\n# gone\nprod/shop web -> db tcp/9\n`;
    const text = writeLock([locked(ONE, 'orders'), locked(TWO)], parseLock(own, 'the.lock'));
    expect(text).toBe(`# Ours.\n\n# asked for in March\n# by finance\n${ONE}  # orders\n${TWO}\n`);
    expect(writeLock([locked(ONE, 'orders'), locked(TWO)], parseLock(text, 'the.lock'))).toBe(text);
  });
});
