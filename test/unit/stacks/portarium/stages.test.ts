import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { cilium, type Dialect, kubernetes, Portarium, type PortariumSettings } from '../../../../lib';
import type { KubeObject } from '../../../../lib/kube/object';
import { LAYERS, type StageSetting } from '../../../../lib/model/stage';
import { plan } from '../../../../lib/synth/synthesize';

const CILIUM = cilium({ version: '1.19' });
const IDENTITY = { trustDomain: 'portarium.dev' };

/** One workspace for each setting, `ws-0`, `ws-1`, …, in namespaces of their own. */
function build(
  stages: readonly (StageSetting | undefined)[],
  over: Partial<PortariumSettings> = {},
  dialect?: Dialect,
) {
  const app = new App();
  const workspaces = stages.map((stage, index) => ({
    id: `ws-${index}`,
    tools: 'none' as const,
    egressAllowlist: 'none' as const,
    ...(stage === undefined ? {} : { stage }),
  }));
  new Portarium(app, 'portarium', { identity: IDENTITY, workspaces, ...over, dialect: dialect ?? CILIUM });
  const { manifests, findings } = plan(app);
  const objects = manifests.flatMap((file) => file.objects.map((object) => object.toJson() as KubeObject));
  return { objects, findings };
}

function withoutIdentity(stages: readonly (StageSetting | undefined)[], over: Partial<PortariumSettings> = {}) {
  const { findings } = build(stages, { ...over, identity: undefined as never });
  return findings;
}

const dataOf = (objects: readonly KubeObject[], name: string, file: string, namespace?: string) => {
  const map = objects.find(
    ({ kind, metadata }) =>
      kind === 'ConfigMap' && metadata.name === name && (namespace ?? metadata.namespace) === metadata.namespace,
  ) as (KubeObject & { readonly data: Readonly<Record<string, string>> }) | undefined;
  return parse(map?.data[file] ?? '');
};

const enforcement = (objects: readonly KubeObject[], id: string) =>
  dataOf(objects, `enforcement-${id}`, 'enforcement.yaml');

describe('a stage that skips', () => {
  const skips = (stage: StageSetting) => build([stage]).findings.filter(({ rule }) => rule === 'stage-skipped');

  test.each<[string, StageSetting]>([
    ['nothing enforces', 'observe'],
    ['all enforces', 'enforce'],
    ['egress alone', { mtls: 'observe', tools: 'observe' }],
    ['mutual TLS alone, which stands on identities and nothing else', { egress: 'observe', tools: 'observe' }],
    ['all but tools', { tools: 'observe' }],
  ])('is none: %s', (_, stage) => expect(skips(stage)).toEqual([]));

  test('is tools enforced while agents can go around the control plane', () => {
    expect(skips({ egress: 'observe' })).toEqual([
      {
        rule: 'stage-skipped',
        severity: 'error',
        where: { construct: 'portarium/ws-0' },
        message:
          "'ws-0' enforces its tools while its egress only observes, so that agents can go around the control plane, which alone looks at tools",
        fix: "enforce egress first, or set the stage of tools to 'observe'",
      },
    ]);
  });

  test('is tools enforced while nobody has to prove who calls', () => {
    expect(skips({ mtls: 'observe' })).toEqual([
      expect.objectContaining({
        severity: 'error',
        where: { construct: 'portarium/ws-0' },
        message:
          "'ws-0' enforces its tools while mutual TLS only observes, so that nothing proves which workspace asks for them",
      }),
    ]);
  });

  test('is both at once, and each is said', () => {
    expect(skips({ egress: 'observe', mtls: 'observe' })).toHaveLength(2);
  });

  test.each<[StageSetting | undefined, StageSetting | undefined, string]>([
    ['enforce', undefined, 'mtls and tools'],
    [{ tools: 'enforce' }, undefined, 'tools'],
    [{ mtls: 'enforce', tools: 'observe' }, undefined, 'mtls'],
    [undefined, { tools: 'enforce' }, 'tools'],
    [{ tools: 'observe' }, 'enforce', 'mtls'],
  ])('is %j beside %j where there are no identities', (stage, ofAll, layers) => {
    expect(withoutIdentity([stage], ofAll === undefined ? {} : { stage: ofAll })).toEqual([
      {
        rule: 'stage-skipped',
        severity: 'error',
        where: { construct: 'portarium/ws-0' },
        message: `'ws-0' is said to enforce ${layers}, but there are no identities, so that nobody proves which workspace calls`,
        fix: `add 'identity', or set the stage of ${layers} to 'observe'`,
      },
    ]);
  });

  test('is a warning where it only comes of the default, once for all workspaces', () => {
    expect(withoutIdentity([undefined, { egress: 'enforce' }, undefined, undefined, { tools: 'observe' }])).toEqual([
      {
        rule: 'stage-skipped',
        severity: 'warning',
        where: { construct: 'portarium' },
        message:
          'tools of ws-0, ws-1, ws-2 and 1 more are enforced, but there are no identities, so that nobody proves which workspace asks for them',
        fix: "add 'identity', or set the stage of tools to 'observe'",
      },
    ]);
  });

  test('is none without identities where tools observe', () => {
    expect(withoutIdentity(['observe', { tools: 'observe' }])).toEqual([]);
  });
});

describe('mutual TLS', () => {
  const modes = (stages: readonly StageSetting[]) => {
    const { objects, findings } = build(stages);
    const agents = stages.map((_, index) => {
      return dataOf(objects, 'portarium-agent-config', 'config.yaml', `ws-${index}`).portarium.tls.mode;
    });
    const controlPlane = dataOf(objects, 'portarium-control-plane-config', 'config.yaml').tls.mode;
    return { agents, controlPlane, findings };
  };

  test('is insisted on by agents of each workspace, and by the control plane once all do', () => {
    expect(modes(['enforce', 'enforce'])).toEqual({ agents: ['mtls', 'mtls'], controlPlane: 'mtls', findings: [] });
    expect(modes(['observe', 'observe'])).toMatchObject({
      agents: ['optional', 'optional'],
      controlPlane: 'optional',
      findings: [],
    });
  });

  test('half of the way is said to be no more than that', () => {
    const { agents, controlPlane, findings } = modes(['enforce', 'observe']);
    expect({ agents, controlPlane }).toEqual({ agents: ['mtls', 'optional'], controlPlane: 'optional' });
    expect(findings).toEqual([
      {
        rule: 'mtls-optional-for-all',
        severity: 'warning',
        where: { construct: 'portarium' },
        message:
          'the control plane takes callers without a certificate as long as ws-1 only observes mutual TLS; the others insist on it at their agents alone',
        fix: 'enforce mtls in every workspace',
      },
    ]);
  });
});

describe('what stands beside the control plane', () => {
  const states = (stage: StageSetting | undefined, dialect: Dialect, over: Partial<PortariumSettings> = {}) => {
    const { layers } = enforcement(build([stage], over, dialect).objects, 'ws-0');
    return LAYERS.map((layer) => layers[layer].state);
  };

  test('is how far each layer has come', () => {
    expect(states(undefined, CILIUM)).toEqual(['enforce', 'enforce', 'enforce']);
    expect(states({ tools: 'observe' }, CILIUM)).toEqual(['enforce', 'enforce', 'observe']);
    expect(states(undefined, CILIUM, { stage: 'observe' })).toEqual(['observe', 'observe', 'observe']);
  });

  test('is that policies are held back where the dialect cannot observe', () => {
    expect(states('observe', kubernetes())).toEqual(['held-back', 'observe', 'observe']);
  });

  test('is that there is no mutual TLS without identities', () => {
    expect(states(undefined, CILIUM, { identity: undefined as never })).toEqual(['enforce', 'off', 'enforce']);
  });

  test('says it in labels, in words, whose agents it is about, and what was forced', () => {
    const forced = [
      { layer: 'egress', workspaces: ['ws-1', 'ws-0'], gates: ['routing-compliance'], reason: 'An incident' },
      { layer: 'tools', workspaces: ['ws-1'], gates: ['identity'], reason: 'Another one' },
    ] as const;
    const { objects } = build([{ tools: 'observe' }, 'enforce'], { rollout: { forced } });
    const map = objects.find(({ metadata }) => metadata.name === 'enforcement-ws-0');
    expect(map?.metadata).toEqual({
      name: 'enforcement-ws-0',
      namespace: 'portarium-system',
      labels: {
        'portcullis.dev/workspace': 'ws-0',
        'portcullis.dev/stage-egress': 'enforce',
        'portcullis.dev/stage-mtls': 'enforce',
        'portcullis.dev/stage-tools': 'observe',
      },
    });
    expect(enforcement(objects, 'ws-0')).toEqual({
      schemaVersion: 1,
      workspace: 'ws-0',
      layers: {
        egress: { state: 'enforce', means: 'what no policy allows is dropped' },
        mtls: { state: 'enforce', means: 'agents only connect over mutual TLS' },
        tools: { state: 'observe', means: 'every tool is allowed, and decisions on tools off the list say so' },
      },
      agents: {
        namespace: 'ws-0',
        labels: {
          app: 'portarium-agent',
          'portarium.io/component': 'agent',
          'portarium.dev/workspace': 'ws-0',
        },
      },
      controlPlane: {
        namespace: 'portarium-system',
        labels: expect.objectContaining({ 'portarium.io/component': 'control-plane' }),
      },
      forced: [{ layer: 'egress', gates: ['routing-compliance'], reason: 'An incident' }],
    });
    expect(enforcement(objects, 'ws-1').forced).toHaveLength(2);
  });
});

describe('egress that observes', () => {
  const policies = (dialect: Dialect) => {
    const { objects, findings } = build(['observe', 'enforce'], {}, dialect);
    return {
      findings,
      of: (namespace: string) =>
        objects.filter(({ kind, metadata }) => /NetworkPolicy$/.test(kind) && metadata.namespace === namespace),
    };
  };

  test('matches and denies nothing with Cilium', () => {
    const { of } = policies(CILIUM);
    const switches = of('ws-0').map(({ spec }) => (spec as { enableDefaultDeny?: unknown }).enableDefaultDeny);
    expect(switches).toHaveLength(3);
    for (const value of switches) expect(value).toEqual({ ingress: false, egress: false });
    for (const { spec } of of('ws-1')) expect(spec).not.toHaveProperty('enableDefaultDeny');
  });

  test('is held back in the plain dialect, and said to be', () => {
    const { of, findings } = policies(kubernetes());
    expect(of('ws-0')).toEqual([]);
    expect(of('ws-1')).toHaveLength(3);
    expect(findings.filter(({ rule }) => rule === 'policy-held-back').map(({ where }) => where)).toEqual([
      { construct: 'portarium/ws-0/agents' },
      { construct: 'portarium/ws-0/execution-plane' },
    ]);
  });
});

test('workspaces that a program adds later are held to the same', () => {
  const app = new App();
  const first = { id: 'ws-first', tools: 'none', egressAllowlist: 'none' } as const;
  const portarium = new Portarium(app, 'portarium', { identity: IDENTITY, workspaces: [first], dialect: CILIUM });
  const late = { id: 'ws-late', tools: 'none', egressAllowlist: 'none', stage: { egress: 'observe' } } as const;
  portarium.addPortariumWorkspace(late);
  const { findings } = plan(app);
  expect(findings.map(({ rule, where }) => [rule, where])).toContainEqual([
    'stage-skipped',
    { construct: 'portarium/ws-late' },
  ]);
});
