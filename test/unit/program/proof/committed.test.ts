import { join, resolve } from 'node:path';
import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { program as clawdstrike } from '../../../../apps/clawdstrike';
import { program as portarium } from '../../../../apps/portarium';
import { loadEnvironments } from '../../../../lib/environment/load';
import type { KubeObject } from '../../../../lib/kube/object';
import { Platform } from '../../../../lib/platform/platform';
import { lines, proofOf, type Spec } from './prove';

const { environments } = loadEnvironments(join(resolve(__dirname, '../../../..'), 'environments'));
const ROOTS = environments.flatMap((environment) =>
  [portarium, clawdstrike].map((program) => [`${environment.name} ${program.name}`, program, environment] as const),
);

function built(program: (typeof ROOTS)[number][1], environment: (typeof ROOTS)[number][2]): Platform {
  const app = new App({ outdir: '/nowhere' });
  program.build(app, environment);
  return app.node.children.find(Platform.isPlatform) as Platform;
}

const LISTS = ['ingress', 'egress'] as const;

/** Every way to leave one rule of one policy out, with its name. */
function withoutEachRule(
  objects: readonly KubeObject[],
): readonly (readonly [string, (all: KubeObject[]) => KubeObject[]])[] {
  return objects.flatMap(({ kind, metadata, spec }, object) =>
    LISTS.flatMap((list) =>
      ((spec as Spec | undefined)?.[list] ?? []).flatMap((content, rule) => {
        // An empty rule allows nothing, and only turns the default deny on.
        if (Object.keys(content).length === 0) return [];
        const change = (all: KubeObject[]) => {
          ((all[object] as KubeObject).spec as Spec)[list]?.splice(rule, 1);
          return all;
        };
        return [[`${kind} ${metadata.namespace}/${metadata.name} ${list}[${rule}]`, change] as const];
      }),
    ),
  );
}

describe('the committed environments', () => {
  test.each(ROOTS)('%s: manifests and program agree', (_, program, environment) => {
    const proof = proofOf(built(program, environment));
    expect(lines(proof).filter((line) => !line.startsWith('info'))).toEqual([]);
    expect(proof.pairs).toBeGreaterThan(5);
    expect(proof.accepted > 0).toBe(environment.name === 'reference' && program.name === 'clawdstrike');
  });

  const enforced = ROOTS.filter(([name]) => !name.startsWith('reference'));
  test.each(enforced)('%s: no rule can be left out unnoticed', (_, program, environment) => {
    const whole = built(program, environment);
    const observing = new Set(
      whole.components.filter(({ stage }) => stage === 'observe').map(({ policy }) => policy?.name),
    );
    let objects: readonly KubeObject[] = [];
    proofOf(whole, (all) => {
      objects = JSON.parse(JSON.stringify(all));
      return all;
    });
    const unnoticed = withoutEachRule(objects)
      .filter(([name]) => ![...observing].some((policy) => name.includes(`/${policy} `)))
      .filter(([, change]) => proofOf(whole, change).findings.every(({ severity }) => severity !== 'error'))
      .map(([name]) => name);
    expect(unnoticed.join('\n')).toBe('');
  });
});
