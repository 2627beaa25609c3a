import { join, resolve } from 'node:path';
import { App } from 'cdk8s';
import { expect, test } from 'vitest';
import { program } from '../../../apps/portarium';
import { loadEnvironments } from '../../../lib/environment';
import { standardProgram } from '../../../lib/governance/standard-program';
import type { Program } from '../../../lib/program/program';
import { plan } from '../../../lib/synth/synthesize';

const { environments } = loadEnvironments(join(resolve(__dirname, '../../..'), 'environments'));

test.each(environments.map((environment) => [environment.name, environment] as const))(
  'what the file of %s alone describes is what the program of this repository renders',
  (_, environment) => {
    const rendered = ({ name, build }: Program) => {
      const app = new App();
      build(app, environment);
      const { manifests, documents } = plan(app);
      const objects = manifests.flatMap((file) => file.objects.map((object) => object.toJson()));
      return { name, objects, texts: documents.map(({ file, render }) => [file, [...render()].join('')]) };
    };
    expect(rendered(standardProgram)).toEqual(rendered(program));
  },
);

test('an environment without the section has nothing of it', () => {
  const app = new App();
  const { portarium: _, ...environment } = environments[0] as (typeof environments)[number];
  standardProgram.build(app, environment);
  expect(app.node.children).toEqual([]);
});
