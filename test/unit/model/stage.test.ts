import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LAYERS, STAGES, saidStage, stageSetting, stagesOf } from '../../../lib/model/stage';

test('a layer is observed before it is enforced', () => {
  expect(STAGES).toEqual(['observe', 'enforce']);
  expect(Object.isFrozen(STAGES)).toBe(true);
});

test('layers come into force in the order of the guide', () => {
  expect(LAYERS).toEqual(['egress', 'mtls', 'tools']);
  expect(Object.isFrozen(LAYERS)).toBe(true);
});

describe('the stages of a workspace', () => {
  const enforced = { egress: 'enforce', mtls: 'enforce', tools: 'enforce' } as const;
  const observed = { egress: 'observe', mtls: 'observe', tools: 'observe' } as const;

  test.each([
    [[], enforced],
    [[undefined, undefined], enforced],
    [['observe'], observed],
    [[undefined, 'observe'], observed],
    [['enforce', 'observe'], enforced],
    [[{ egress: 'enforce' }, 'observe'], { ...observed, egress: 'enforce' }],
    [[{ tools: 'observe' }, undefined], { ...enforced, tools: 'observe' }],
    [[{ tools: 'observe' }, { mtls: 'observe', tools: 'enforce' }], { ...observed, egress: 'enforce' }],
    [[{}, {}], enforced],
  ] as const)('%o come to %o', (settings, stages) => {
    expect(stagesOf(...settings)).toEqual(stages);
  });

  test('that nobody said are told from those that are as the default is', () => {
    expect(saidStage('egress', undefined, {})).toBeUndefined();
    expect(saidStage('egress', undefined, { egress: 'enforce' })).toBe('enforce');
    expect(saidStage('egress', { mtls: 'observe' }, 'enforce')).toBe('enforce');
  });

  const stage = fc.constantFrom(...STAGES);
  test('are what their setting says, whatever the platform says', () => {
    fc.assert(
      fc.property(fc.record({ egress: stage, mtls: stage, tools: stage }), stage, (stages, platform) => {
        expect(stagesOf(stageSetting(stages), platform)).toEqual(stages);
      }),
    );
  });

  test('are written in one word where it says all', () => {
    expect(stageSetting(enforced)).toBe('enforce');
    expect(stageSetting({ ...enforced, mtls: 'observe' })).toEqual({ ...enforced, mtls: 'observe' });
  });
});
