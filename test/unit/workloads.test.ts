import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { program as clawdstrike } from '../../apps/clawdstrike';
import { program as portarium } from '../../apps/portarium';
import { analyse, check, loadManifests } from '../../lib/analysis';
import { WORKLOAD_CHECKS } from '../../lib/analysis/rules/workload-rules';
import { type PodSpec, podTemplate } from '../../lib/kube/pod';
import { writtenSuppressions } from '../../lib/kube/suppression';
import { WORKLOAD_RULES } from '../../lib/kube/workload-rule/index';
import { run } from '../../lib/program/run';
import { celRequests, type EvaluateCel } from './kube/workload-rule/cel';

/** Everything that is rendered for every committed environment. */
let folder: string;
let evaluate: EvaluateCel;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-workloads-'));
  const environments = resolve(__dirname, '../../environments');
  run({ programs: [portarium, clawdstrike], environments, outdir: folder });
  evaluate = await celRequests();
});

afterAll(() => rmSync(folder, { recursive: true }));

const ENVIRONMENTS = ['dev', 'prod', 'reference'];

describe.each(ENVIRONMENTS)('in %s', (environment) => {
  const manifests = () => loadManifests([join(folder, environment)]);

  test('check finds nothing about workloads, and no exemption that is not needed', () => {
    const { findings } = check(analyse(manifests()), { rules: WORKLOAD_CHECKS });
    expect(findings).toEqual([]);
  });

  test('every workload passes admission, but for its exemptions', () => {
    for (const { object } of manifests().pods?.workloads ?? []) {
      const exempt = writtenSuppressions(object.metadata.annotations?.['portcullis.dev/suppress'] ?? '').map(
        ({ rule }) => rule,
      );
      const refused = WORKLOAD_RULES.filter((rule) =>
        rule.validations({}).some(({ expression }) => evaluate(expression, { object }) !== true),
      );
      expect(refused.map(({ id }) => id)).toEqual(exempt);
    }
  });

  test('namespaces of strict programs are restricted, and hold nothing that is not', () => {
    const { namespaces, pods } = manifests();
    const own = namespaces.filter(({ source }) => source !== undefined);
    const levels = own.map(({ labels }) => labels['pod-security.kubernetes.io/enforce']);
    expect(new Set(levels)).toEqual(new Set([environment === 'reference' ? undefined : 'restricted']));
    const names = new Set(own.map(({ name }) => name));
    for (const { object } of pods?.workloads ?? []) {
      if (names.has(object.metadata.namespace ?? ''))
        expect(notRestricted(podTemplate(object)?.spec ?? {})).toEqual([]);
    }
  });
});

test('there are workloads to look at', () => {
  expect(loadManifests([folder]).pods?.workloads.length).toBeGreaterThan(0);
});

/** Volumes that Pod Security `restricted` allows, written from its table, without a look at our rules. */
const VOLUMES = new Set(
  'configMap csi downwardAPI emptyDir ephemeral persistentVolumeClaim projected secret'.split(' '),
);

/** What Pod Security `restricted` refuses, for the fields that we write. */
function notRestricted(spec: PodSpec): readonly string[] {
  const volumes = (spec.volumes ?? []).flatMap((volume) => Object.keys(volume).filter((key) => key !== 'name'));
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  return [
    ...volumes.filter((type) => !VOLUMES.has(type)),
    ...(spec.hostNetwork || spec.hostPID || spec.hostIPC ? ['host'] : []),
    ...containers.flatMap(({ securityContext: own = {} }) => [
      ...(own.allowPrivilegeEscalation === false ? [] : ['escalation']),
      ...((own.runAsNonRoot ?? spec.securityContext?.runAsNonRoot) ? [] : ['root']),
      ...((own.seccompProfile ?? spec.securityContext?.seccompProfile)?.type === 'RuntimeDefault' ? [] : ['seccomp']),
      ...(own.capabilities?.drop?.includes('ALL') && own.capabilities.add === undefined ? [] : ['capabilities']),
    ]),
  ];
}
