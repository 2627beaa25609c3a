import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App } from 'cdk8s';
import { Platform } from 'portcullis';
import { loadEnvironments } from 'portcullis/environment';
import { program } from './program.js';

test('the program builds what the settings say', () => {
  const { environments, findings } = loadEnvironments('environments');
  assert.deepEqual(findings, []);
  for (const environment of environments) {
    const app = new App();
    program.build(app, environment);
    const [platform] = app.node.children.filter(Platform.isPlatform);
    assert.deepEqual(
      platform?.workspaces.map(({ workspaceId }) => workspaceId),
      ['ws-payments'],
    );
  }
});
