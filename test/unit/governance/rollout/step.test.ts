import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextStep, type StepQuery, steppedSetting, withStep } from '../../../../lib/governance/rollout/step';
import { LAYERS, STAGES, type StageSetting, stagesOf } from '../../../../lib/model/stage';
import type { PortariumSettings } from '../../../../lib/stacks/portarium/settings';

function settings(stages: readonly (StageSetting | undefined)[], over: Partial<PortariumSettings> = {}) {
  const workspaces = stages.map((stage, index) => ({
    id: `ws-${index}`,
    tools: 'none' as const,
    egressAllowlist: 'none' as const,
    ...(stage === undefined ? {} : { stage }),
  }));
  return { identity: { trustDomain: 'portarium.dev' }, workspaces, ...over } as PortariumSettings;
}

/** `egress ws-0 ws-1`. */
function next(stages: readonly (StageSetting | undefined)[], query?: StepQuery, over?: Partial<PortariumSettings>) {
  const step = nextStep(settings(stages, over), query);
  return step === undefined ? undefined : `${[step.layer, ...step.workspaces].join(' ')}: ${step.to}`;
}

describe('the next step', () => {
  const half = { egress: 'enforce', mtls: 'enforce', tools: 'observe' } as const;

  test.each<[string, readonly (StageSetting | undefined)[], StepQuery, string | undefined]>([
    ['all observe', ['observe', 'observe'], {}, 'egress ws-0 ws-1: enforce'],
    ['one is ahead', ['observe', half], {}, 'egress ws-0: enforce'],
    ['egress enforces', [{ mtls: 'observe', tools: 'observe' }, half], {}, 'mtls ws-0: enforce'],
    ['tools are left', [half, half, undefined], {}, 'tools ws-0 ws-1: enforce'],
    ['all enforce', [undefined, 'enforce'], {}, undefined],
    ['somebody asks for a layer', ['observe', half], { layer: 'tools' }, 'tools ws-0 ws-1: enforce'],
    ['somebody asks for workspaces', ['observe', half], { workspaces: ['ws-1'] }, 'tools ws-1: enforce'],
    ['somebody asks for what is done', [undefined, 'observe'], { workspaces: ['ws-0'] }, undefined],
    ['the way back begins with tools', [undefined, half], { back: true }, 'tools ws-0: observe'],
    ['then mutual TLS', [half, 'observe'], { back: true }, 'mtls ws-0: observe'],
    ['then egress', [{ mtls: 'observe', tools: 'observe' }], { back: true }, 'egress ws-0: observe'],
    ['and ends there', ['observe'], { back: true }, undefined],
  ])('%s', (_, stages, query, expected) => {
    expect(next(stages, query)).toBe(expected);
  });

  test('takes the stage of all where a workspace says nothing', () => {
    expect(next([undefined, 'enforce'], {}, { stage: 'observe' })).toBe('egress ws-0: enforce');
  });

  test('takes no mutual TLS back that is not there', () => {
    const over = { identity: undefined as never };
    expect(next([{ tools: 'observe' }], { back: true }, over)).toBe('egress ws-0: observe');
  });

  test('is for workspaces that are there', () => {
    expect(() => next(['observe', undefined], { workspaces: ['ws-9'] })).toThrow(
      "there is no workspace 'ws-9'; name one of ws-0, ws-1",
    );
  });
});

describe('what the settings have to say', () => {
  const egress = { layer: 'egress', workspaces: ['ws-0'], from: 'observe', to: 'enforce' } as const;

  test.each<[StageSetting | undefined, StageSetting]>([
    [undefined, { egress: 'enforce' }],
    ['observe', { egress: 'enforce', mtls: 'observe', tools: 'observe' }],
    [
      { egress: 'observe', tools: 'observe' },
      { egress: 'enforce', tools: 'observe' },
    ],
    [{ egress: 'observe', mtls: 'enforce', tools: 'enforce' }, 'enforce'],
  ])('%j becomes %j', (stage, expected) => {
    expect(steppedSetting(stage === undefined ? {} : { stage }, egress)).toEqual(expected);
  });

  const stage = fc.constantFrom(...STAGES);
  const said = fc.option(
    fc.oneof(stage, fc.record({ egress: stage, mtls: stage, tools: stage }, { requiredKeys: [] })),
    {
      nil: undefined,
    },
  );
  test('changes one layer of the workspaces meant, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.array(said, { minLength: 1 }),
        said,
        fc.constantFrom(...LAYERS),
        stage,
        (stages, ofAll, layer, to) => {
          const portarium = settings(stages, ofAll === undefined ? {} : { stage: ofAll });
          const before = { name: 'prod', portarium } as never;
          const after = withStep(before, {
            layer,
            workspaces: ['ws-0'],
            from: to === 'enforce' ? 'observe' : 'enforce',
            to,
          });
          for (const [index, workspace] of (after.portarium?.workspaces ?? []).entries()) {
            const old = stagesOf(stages[index], ofAll);
            expect(stagesOf(workspace.stage, ofAll)).toEqual(index === 0 ? { ...old, [layer]: to } : old);
          }
        },
      ),
    );
  });

  test('comes to an end from anywhere, forward and back', () => {
    fc.assert(
      fc.property(fc.array(said, { minLength: 1, maxLength: 4 }), fc.boolean(), (stages, back) => {
        let environment = { name: 'prod', portarium: settings(stages) } as never;
        for (let steps = 0; ; steps++) {
          const portarium = (environment as { portarium: PortariumSettings }).portarium;
          const step = nextStep(portarium, { back });
          if (step === undefined) {
            const to = back ? 'observe' : 'enforce';
            for (const workspace of portarium.workspaces) {
              expect(stagesOf(workspace.stage)).toEqual({ egress: to, mtls: to, tools: to });
            }
            return;
          }
          expect(steps).toBeLessThan(LAYERS.length);
          environment = withStep(environment, step) as never;
        }
      }),
    );
  });
});
