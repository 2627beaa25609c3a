import { describe, expect, test } from 'vitest';
import { parseDialect } from '../../../../lib/analysis/dialect';
import { connectionText } from '../../../../lib/analysis/format/connection-text';
import { ConnectionTable } from '../../../../lib/analysis/graph/connection-table';
import { allPorts } from '../../../../lib/analysis/graph/port-ranges';

interface Said {
  readonly deny?: true;
  /** `80`, `80-90`; undefined for a rule without ports. */
  readonly tcp?: string;
  readonly everyone?: true;
  readonly http?: readonly string[];
  readonly dns?: readonly string[];
  readonly authentication?: 'required' | 'disabled';
}

/** What rules allow together. */
function joined(rules: readonly Said[], isolated = true): string {
  const table = new ConnectionTable(allPorts(parseDialect('kubernetes')));
  const ids = rules.map(({ deny, tcp, everyone, http, dns, authentication }) => {
    const [first, last = first] = (tcp ?? '').split('-').map(Number);
    const l7 = [
      ...(http ?? []).map((rule) => ({ protocol: 'http', rule }) as const),
      ...(dns ?? []).map((rule) => ({ protocol: 'dns', rule }) as const),
    ];
    return table.content({
      effect: deny === true ? 'deny' : 'allow',
      ranges: tcp === undefined ? undefined : [{ protocol: 'TCP', first: first as number, last: last as number }],
      forEveryone: everyone === true,
      l7: http === undefined && dns === undefined ? undefined : l7,
      authentication,
    });
  });
  return connectionText(table.join(ids, isolated).segments);
}

describe('ports', () => {
  test.each([
    [[], ''],
    [[{}], 'all'],
    [[{ tcp: '80' }, { tcp: '81-90' }], 'TCP 80-90'],
    [[{ tcp: '80' }, { tcp: '82' }], 'TCP 80,82'],
    [[{ tcp: '80-90' }, { tcp: '85', deny: true }], 'TCP 80-84,86-90'],
    [[{ tcp: '80' }, { deny: true }], ''],
    [[{}, { tcp: '80', deny: true }], 'TCP 1-79,81-65535; all UDP; all SCTP'],
  ] as const)('%j', (rules, text) => {
    expect(joined(rules)).toBe(text);
  });

  test('where nothing denies by default, only denials count', () => {
    expect(joined([{ tcp: '80' }], false)).toBe('all');
    expect(joined([{ tcp: '80', deny: true }], false)).toBe('TCP 1-79,81-65535; all UDP; all SCTP');
  });
});

describe('requests', () => {
  test.each([
    [[{ tcp: '80', http: ['GET /a'] }], 'TCP 80 {http GET /a}'],
    [
      [
        { tcp: '80', http: ['GET /a'] },
        { tcp: '80', http: ['GET /b'] },
      ],
      'TCP 80 {http GET /a | GET /b}',
    ],
    [[{ tcp: '80', http: ['GET /a'] }, { tcp: '80' }], 'TCP 80'],
    [[{ tcp: '80', http: ['GET /a'] }, { tcp: '79-81' }], 'TCP 79-81'],
    [[{ tcp: '80', http: ['GET /a'] }, {}], 'all'],
    [
      [
        { tcp: '80', http: ['GET /a'] },
        { tcp: '80', dns: ['*'] },
      ],
      'TCP 80',
    ],
    [[{ tcp: '80', http: [] }], 'TCP 80 {http }'],
  ] as const)('%j', (rules, text) => {
    expect(joined(rules).replace('{ }', '{http }')).toBe(text);
  });

  test('nothing is restricted where nothing denies by default', () => {
    expect(joined([{ tcp: '80', http: ['GET /a'] }], false)).toBe('all');
  });
});

describe('authentication', () => {
  const required = { authentication: 'required' } as const;
  const disabled = { authentication: 'disabled' } as const;
  test.each([
    ['required', [{ tcp: '80', ...required }], true],
    ['nothing said', [{ tcp: '80' }], false],
    ['silence beside it', [{ tcp: '80', ...required }, { tcp: '80' }], true],
    ['silence under a wider one', [{ ...required }, { tcp: '80' }], true],
    ['disabled under a wider one', [{ ...required }, { tcp: '80', ...disabled }], false],
    ['disabled over a narrower one', [{ ...disabled }, { tcp: '80', ...required }], true],
    [
      'both for the same ports',
      [
        { tcp: '80', ...disabled },
        { tcp: '80', ...required },
      ],
      true,
    ],
    ['for everybody, and silence for the peer', [{ tcp: '80', everyone: true, ...required }, { tcp: '80' }], true],
    [
      'for everybody, and disabled for the peer',
      [
        { everyone: true, ...required },
        { tcp: '80', ...disabled },
      ],
      false,
    ],
    [
      'a proxy beside it decides',
      [
        { tcp: '80', everyone: true, ...required },
        { tcp: '80', http: ['GET /'] },
      ],
      false,
    ],
  ] as const)('%s', (_, rules, authenticated) => {
    const port80 =
      joined(rules)
        .split('; ')
        .find((part) => /TCP (1-)?80\b|^all$/.test(part)) ?? joined(rules);
    expect(port80.endsWith('authenticated')).toBe(authenticated);
  });
});

test('both ends: what either asks holds, and equal connections are one object', () => {
  const table = new ConnectionTable(allPorts(parseDialect('kubernetes')));
  const connection = (first: number, last: number, rule?: string) => {
    const l7 = rule === undefined ? undefined : [{ protocol: 'http', rule } as const];
    const said = { effect: 'allow', forEveryone: false, l7, authentication: undefined } as const;
    return table.join([table.content({ ...said, ranges: [{ protocol: 'TCP', first, last }] })], true);
  };
  const [wide, narrow] = [connection(80, 90), connection(85, 99)];
  expect(connectionText(table.both(wide, narrow).segments)).toBe('TCP 85-90');
  expect(table.both(narrow, wide)).toBe(table.both(wide, narrow));
  expect(table.both(wide, table.everything)).toBe(wide);
  expect(table.both(wide, connection(91, 92))).toBe(table.nothing);
  const both = table.both(connection(80, 80, 'GET /a'), connection(80, 80, 'GET /b'));
  expect(connectionText(both.segments)).toBe('TCP 80 {http GET /a} {http GET /b}');
});
