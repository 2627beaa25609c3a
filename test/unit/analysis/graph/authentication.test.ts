import { expect, test } from 'vitest';
import type { L7Rule } from '../../../../lib/analysis/connection/connection';
import { isAuthenticated } from '../../../../lib/analysis/graph/authentication';
import type { RuleContent } from '../../../../lib/analysis/graph/connection-table';

interface Said {
  /** `80`, `80-90`; undefined for a rule without ports. */
  readonly tcp?: string;
  /** Whether everybody may use the rule. */
  readonly everyone?: true;
  readonly l7?: L7Rule['protocol'];
  readonly mode?: 'required' | 'disabled';
  readonly deny?: true;
}

function content({ tcp, everyone, l7, mode, deny }: Said): RuleContent {
  const [first = 1, last = first] = tcp === undefined ? [1, 65535] : tcp.split('-').map(Number);
  return {
    effect: deny === true ? 'deny' : 'allow',
    ranges: [{ protocol: 'TCP', first, last }],
    allPorts: tcp === undefined,
    forEveryone: everyone === true,
    l7: l7 === undefined ? undefined : [{ protocol: l7, rule: 'any' }],
    authentication: mode,
  };
}

const required = { mode: 'required' } as const;
const disabled = { mode: 'disabled' } as const;
const everyone = { everyone: true } as const;

/** About port 80. */
test.each<readonly [string, readonly Said[], boolean]>([
  ['no rule', [], false],
  ['nobody says anything', [{ tcp: '80' }, { ...everyone }], false],
  ['one rule', [{ tcp: '80', ...required }], true],
  ['one rule without ports', [{ ...required }], true],

  ['silence takes over what all ports say', [{ ...required }, { tcp: '80' }], true],
  ['silence takes over what a wider range says', [{ tcp: '1-100', ...required }, { tcp: '80' }], true],
  ['a wider rule that is silent takes nothing away', [{ tcp: '80', ...required }, {}], true],
  ['the narrower of two counts: disabled', [{ ...required }, { tcp: '80', ...disabled }], false],
  ['the narrower of two counts: required', [{ ...disabled }, { tcp: '80', ...required }], true],
  [
    'of a range, only the block that holds the port counts',
    [
      { tcp: '80-81', ...disabled },
      { tcp: '64-95', ...required },
    ],
    false,
  ],
  [
    'a range that is cut into small blocks is narrower than one that is a block',
    [
      { tcp: '79-81', ...required },
      { tcp: '80-83', ...disabled },
    ],
    true,
  ],
  [
    'on the same ports, required counts more',
    [
      { tcp: '80', ...disabled },
      { tcp: '80', ...required },
    ],
    true,
  ],

  ['for everybody, and silence for the peer', [{ ...everyone, ...required }, { tcp: '80' }], true],
  ['for the peer, and silence for everybody', [{ ...required }, { tcp: '80', ...everyone }], true],
  [
    'for everybody, and the peer says otherwise',
    [
      { ...everyone, ...required },
      { tcp: '80', ...disabled },
    ],
    false,
  ],
  [
    'the peer says otherwise, but less narrowly',
    [
      { tcp: '80', ...everyone, ...required },
      { tcp: '1-100', ...disabled },
    ],
    true,
  ],
  [
    'equally narrow, the peer counts',
    [
      { tcp: '80', ...everyone, ...disabled },
      { tcp: '80', ...required },
    ],
    true,
  ],
  [
    'an allow that says nothing undoes what was disabled, where a wider rule for everybody requires it',
    [
      { ...everyone, ...required },
      { tcp: '1-100', ...disabled },
      { tcp: '80', ...everyone },
    ],
    true,
  ],
  [
    'the same without that allow',
    [
      { ...everyone, ...required },
      { tcp: '1-100', ...disabled },
    ],
    false,
  ],

  // Cilium stops handing down what a rule says at the first entry below it that says something or denies.
  [
    'what silence takes over gets lost beside an equally narrow rule',
    [{ ...required }, { tcp: '22', ...required }, { tcp: '80' }],
    false,
  ],
  ['and beside a deny', [{ ...required }, { tcp: '22', deny: true }, { tcp: '80' }], false],
  ['and beside a wider range', [{ ...required }, { tcp: '128-255', ...disabled }, { tcp: '80' }], false],
  ['but not beside a narrower one', [{ ...required }, { tcp: '22', ...required }, { tcp: '64-127' }], true],
  [
    'nor beside one that does not lie within',
    [{ tcp: '64-127', ...required }, { tcp: '22', ...required }, { tcp: '80' }],
    true,
  ],
  ['nor beside one for others', [{ ...required }, { tcp: '22', ...everyone, deny: true }, { tcp: '80' }], true],
  [
    'nor if everybody has to',
    [{ ...everyone, ...required }, { ...required }, { tcp: '22', ...required }, { tcp: '80' }],
    true,
  ],
  ['what it says itself stays', [{ ...disabled }, { tcp: '22', ...disabled }, { tcp: '80', ...required }], true],

  [
    'the rule that goes to a proxy decides',
    [
      { tcp: '80', ...everyone, ...required },
      { tcp: '80', l7: 'http' },
    ],
    false,
  ],
  [
    'the higher of two proxies decides',
    [
      { tcp: '80', ...everyone, ...required, l7: 'http' },
      { tcp: '80', ...disabled, l7: 'dns' },
    ],
    true,
  ],
  [
    'under a wider one that goes to a proxy, a rule that says nothing is not kept',
    [{ l7: 'http', ...required }, { tcp: '80' }, { tcp: '1-100', ...everyone, l7: 'http', ...disabled }],
    false,
  ],
  [
    'and one that says something is',
    [
      { l7: 'http', ...disabled },
      { tcp: '80', ...required },
      { tcp: '1-100', ...everyone, l7: 'http', ...disabled },
    ],
    true,
  ],
])('%s', (_, rules, expected) => {
  const contents = rules.map(content);
  const port80 = { protocol: 'TCP', first: 80, last: 80 } as const;
  expect(isAuthenticated(port80, contents)).toBe(expected);
  expect(isAuthenticated(port80, contents.toReversed())).toBe(expected);
});

test('a port by its name is another one than by its number, so a rule about it repeats nothing', () => {
  const port80 = { protocol: 'TCP', first: 80, last: 80 } as const;
  const named = (said: Said): RuleContent => ({
    ...content({ tcp: '80', ...said }),
    ranges: [{ ...port80, portName: 'http' }],
  });
  const common = [
    content({ tcp: '80', ...everyone, l7: 'http' }),
    content({ tcp: '80-90', ...everyone, ...required }),
    named({ ...disabled }),
  ];
  expect(isAuthenticated(port80, [...common, named({ l7: 'http' })])).toBe(false);
  expect(isAuthenticated(port80, [...common, content({ tcp: '80', l7: 'http' })])).toBe(true);
});

test('rules for other protocols and ports say nothing about it', () => {
  const port80 = { protocol: 'TCP', first: 80, last: 80 } as const;
  const udp: RuleContent = {
    ...content({ tcp: '80', ...required }),
    ranges: [{ protocol: 'UDP', first: 80, last: 80 }],
  };
  expect(isAuthenticated(port80, [udp, content({ tcp: '81', ...required }), content({ tcp: '80' })])).toBe(false);
});
