import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Provider } from '@pulumi/kubernetes';
import { ApiObject, App, Chart } from 'cdk8s';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubernetes, Platform } from '../../../lib';
import { ClusterObjects } from '../../../lib/pulumi';
import { hasTool, repository } from '../support';
import { row } from '../table/row';
import { Project } from './project';
import { StandIn } from './stand-in';

const MINUTES = 5 * 60_000;
const PACK = path.join(repository, 'policy-pack');
const BUILT = path.join(repository, 'dist/apps/policy-pack.js');

/**
 * The engine starts packs through a program that comes with the CLI's releases: it runs what the npm package has for it.
 */
function installAnalyzer(folder: string): void {
  const starter = createRequire(__filename).resolve('@pulumi/pulumi/cmd/run-policy-pack');
  const file = path.join(folder, 'bin', 'pulumi-analyzer-policy');
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${starter}' "$@"\n`);
  chmodSync(file, 0o755);
}

describe.runIf(hasTool('pulumi'))('the policy pack of this repository', () => {
  row('pulumi', 'holds the rules of check against previews, by the policy pack');
  let cluster: StandIn;
  let project: Project;

  beforeAll(async () => {
    if (!existsSync(BUILT)) throw new Error('the policy pack is not built: run "npm run build" first');
    cluster = await StandIn.start();
    project = Project.start(cluster);
    installAnalyzer(project.folder);
  }, MINUTES);

  afterAll(async () => {
    project?.stop();
    await cluster?.stop();
  });

  const preview = async (name: string, build: (app: App) => void) => {
    const stack = await project.stack(name, () => {
      const app = new App();
      build(app);
      new ClusterObjects('objects', { app, provider: new Provider(name, { context: name }) });
    });
    return stack.preview({ policyPacks: [PACK] });
  };

  test(
    'lets a namespace pass that is denied by default',
    async () => {
      const { changeSummary } = await preview('denied', (app) => {
        new Platform(app, 'shop', { dialect: kubernetes() }).manageNamespace('shop');
      });
      expect(changeSummary.create).toBeGreaterThan(1);
    },
    MINUTES,
  );

  test(
    'stops a preview that leaves one open, with the rule',
    async () => {
      const open = preview('open', (app) => {
        new ApiObject(new Chart(app, 'shop'), 'namespace', {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: 'shop' },
        });
      });
      await expect(open).rejects.toThrow(/no-default-deny/);
    },
    MINUTES,
  );
});
