import { existsSync } from 'node:fs';
import path from 'node:path';

/** Objects of each workspace: a Namespace, its quota and limits, its default deny and a policy for each of six components. */
export const OBJECTS_PER_WORKSPACE = 10;

/** Ways to arrange the objects for cdk8s, by the names that contenders/cdk8s.cjs knows them by. */
export const CDK8S_ARRANGEMENTS = {
  default: 'FILE_PER_CHART, a chart for each workspace',
  folders: 'FOLDER_PER_CHART_FILE_PER_RESOURCE, a chart for each workspace',
  'large-charts': 'FILE_PER_CHART, a chart for each 1,000 workspaces',
  apps: 'FILE_PER_CHART, an app for each workspace',
};

/** False for a program that is cut into many apps: no output mode of cdk8s does that. */
export function isOutputMode({ options }) {
  return options.arrangement !== 'apps';
}

export const PORTCULLIS = {
  id: 'portcullis',
  title: 'Portcullis',
  module: 'synth/contenders/portcullis.cjs',
  options: {},
};

export function cdk8s(arrangement) {
  return {
    id: `cdk8s-${arrangement}`,
    title: `cdk8s, ${CDK8S_ARRANGEMENTS[arrangement]}`,
    module: 'synth/contenders/cdk8s.cjs',
    options: { arrangement },
  };
}

export function plain(emitter) {
  return {
    id: `plain-${emitter}`,
    title: `plain objects, ${emitter}`,
    module: 'synth/contenders/plain.mjs',
    options: { emitter },
  };
}

/** Contenders that are programs of their own, each with the reason why it has to be left out, if there is one. */
export function externalContenders() {
  return ['helm', 'kustomize'].map((command) => ({
    id: command,
    title: command === 'helm' ? 'helm template' : 'kustomize build',
    module: `synth/contenders/${command}.mjs`,
    options: {},
    isProgram: true,
    ...(isOnPath(command) ? {} : { skipped: `no program '${command}' on the PATH` }),
  }));
}

function isOnPath(command) {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => existsSync(path.join(folder, command)));
}
