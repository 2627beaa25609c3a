import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  editSettings,
  editSettingsFile,
  flow,
  type SettingsEdit,
} from '../../../../lib/governance/rollout/settings-file';
import { STAGES } from '../../../../lib/model/stage';
import { folderOfTest } from '../../synth/support';
import { settingsText } from '../environment';

const PROD = readFileSync(resolve(__dirname, '../../../../environments/prod.yaml'), 'utf8');
const ENFORCE: SettingsEdit = { stages: [{ workspace: 'ws-a', stage: 'enforce' }] };
const FORCED = {
  layer: 'egress',
  workspaces: ['ws-a'],
  gates: ['routing-compliance'],
  reason: 'An incident: "calls" # leak',
} as const;

const file = (workspace: string, portarium = '') =>
  `# top\nportarium: # section\n${portarium}  workspaces:\n${workspace}`;

describe('the stage of a workspace', () => {
  test.each<[string, string, string]>([
    ['is replaced', '    - id: ws-a\n      stage: observe # soon\n', '    - id: ws-a\n      stage: enforce # soon\n'],
    [
      'is replaced in flow style',
      '    - { id: ws-a, stage: { egress: observe }, tools: none }\n',
      '    - { id: ws-a, stage: enforce, tools: none }\n',
    ],
    [
      'is added',
      '    - id: ws-a # first\n      tools: none\n',
      '    - id: ws-a # first\n      stage: enforce\n      tools: none\n',
    ],
    [
      'is added in flow style',
      '    - { id: ws-a, tools: none }\n',
      '    - { id: ws-a, stage: enforce, tools: none }\n',
    ],
    [
      'is added behind an id in quotes',
      '    - tools: none\n      id: "ws-a"',
      '    - tools: none\n      id: "ws-a"\n      stage: enforce',
    ],
  ])('%s', (_, before, after) => {
    expect(editSettings(file(before), ENFORCE)).toBe(file(after));
  });

  test('is replaced where it is a map over several lines', () => {
    const text = file(
      '    - id: ws-a\n      stage:\n        egress: observe\n        tools: observe\n      tools: none # all\n',
    );
    const edited = editSettings(text, ENFORCE);
    expect(parse(edited).portarium.workspaces).toEqual([{ id: 'ws-a', stage: 'enforce', tools: 'none' }]);
    expect(edited).toContain('# all');
  });

  test('changes nothing else of a file that people have written', () => {
    const stage = { egress: 'enforce', tools: 'observe' } as const;
    const edited = editSettings(PROD, { stages: [{ workspace: 'ws-research', stage }] });
    expect(edited).toBe(
      PROD.replace('stage: { egress: observe, tools: observe }', 'stage: { egress: enforce, tools: observe }'),
    );
    expect(edited).not.toBe(PROD);
  });
});

describe('a forced step', () => {
  const NOTE =
    '{ layer: egress, workspaces: [ws-a], gates: [routing-compliance], reason: "An incident: \\"calls\\" # leak" }';

  test('is noted in front of the workspaces', () => {
    expect(editSettings(file('    - id: ws-a\n'), { stages: [], forced: FORCED })).toBe(
      file('    - id: ws-a\n', `  rollout:\n    forced:\n      - ${NOTE}\n`),
    );
  });

  test('follows those that are noted already', () => {
    const before = '  rollout:\n    forced:\n      # 2025\n      - { layer: mtls }\n      - layer: tools # b\n';
    expect(editSettings(file('    - id: ws-a\n', before), { stages: [], forced: FORCED })).toBe(
      file('    - id: ws-a\n', `${before}      - ${NOTE}\n`),
    );
  });

  test('is not noted twice', () => {
    const once = editSettings(file('    - id: ws-a\n'), { stages: [], forced: FORCED });
    expect(editSettings(once, { stages: [], forced: FORCED })).toBe(once);
    const other = editSettings(once, { stages: [], forced: { ...FORCED, reason: 'Another' } });
    expect(parse(other).portarium.rollout.forced).toHaveLength(2);
  });

  test.each([
    '{ portarium: { workspaces: [ { id: ws-a } ] } } # kept\n',
    'portarium:\n  rollout: {} # kept\n  workspaces:\n    - id: ws-a\n',
  ])('is noted, with comments kept, however the file is written: %j', (text) => {
    const edited = editSettings(text, { ...ENFORCE, forced: FORCED });
    expect(parse(edited)).toEqual({
      portarium: { workspaces: [{ id: 'ws-a', stage: 'enforce' }], rollout: { forced: [FORCED] } },
    });
    expect(edited).toContain('# kept');
  });
});

test('any edit of any workspace says what it should, and leaves the other ones alone', () => {
  const stage = fc.constantFrom(...STAGES);
  const said = fc.oneof(stage, fc.record({ egress: stage, mtls: stage, tools: stage }));
  const prose = fc.string({ unit: 'grapheme' }).filter((text) => !/[\p{C}\p{Z}]/u.test(text));
  fc.assert(
    fc.property(
      fc.array(fc.option(said, { nil: undefined }), { minLength: 1, maxLength: 3 }),
      said,
      prose,
      (stages, to, reason) => {
        const before = settingsText({ stages: stages.map((one) => (one === undefined ? undefined : flow(one))) });
        const forced = { ...FORCED, reason };
        const edited = parse(editSettings(before, { stages: [{ workspace: 'ws-0', stage: to }], forced }));
        const expected = parse(before);
        expected.portarium.workspaces[0].stage = to;
        expected.portarium.rollout = { forced: [forced] };
        expect(edited).toEqual(expected);
      },
    ),
  );
});

test('the file itself is replaced', () => {
  const path = join(folderOfTest(), 'prod.yaml');
  writeFileSync(path, PROD);
  editSettingsFile(path, { stages: [{ workspace: 'ws-support', stage: 'observe' }] });
  expect(parse(readFileSync(path, 'utf8')).portarium.workspaces[1].stage).toBe('observe');
});

test.each([
  ['yes', 'yes'],
  ['ws-1', 'ws-1'],
  ['null', '"null"'],
  ['a: b', '"a: b"'],
  [['a', 'b c'], '[a, "b c"]'],
  [{ egress: 'enforce' }, '{ egress: enforce }'],
])('%j is written %s', (value, text) => expect(flow(value)).toBe(text));
