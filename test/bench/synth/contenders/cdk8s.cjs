// The same objects as ordinary ApiObjects with plain specs. cdk8s has several ways to lay out charts and files; only
// those are here that write every object. FILE_PER_RESOURCE is not: it names files after kind and name alone, so that
// workspaces overwrite each other.

const { ApiObject, App, Chart, YamlOutputType } = require('cdk8s');
const { workspaceIds } = require('../workspace-id.cjs');

const WORKSPACES_PER_LARGE_CHART = 1000;

/** See CDK8S_ARRANGEMENTS of contenders.mjs for what they are. */
const ARRANGEMENTS = {
  default: (options) => chartPerWorkspace(options, {}),
  folders: (options) =>
    chartPerWorkspace(options, { yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE }),
  'large-charts': largeCharts,
  apps: appPerWorkspace,
};

async function render({ count, outdir, definition, arrangement }) {
  const { objectsOf } = await import(definition);
  return { objects: ARRANGEMENTS[arrangement]({ count, outdir, objectsOf }) };
}

function chartPerWorkspace({ count, outdir, objectsOf }, appProps) {
  const app = new App({ outdir, ...appProps });
  let objects = 0;
  for (const id of workspaceIds(count)) objects += addObjects(new Chart(app, id), objectsOf(id));
  app.synth();
  return objects;
}

function largeCharts({ count, outdir, objectsOf }) {
  const app = new App({ outdir });
  let objects = 0;
  let workspaces = 0;
  let chart;
  for (const id of workspaceIds(count)) {
    if (workspaces++ % WORKSPACES_PER_LARGE_CHART === 0) chart = new Chart(app, `from-${id}`);
    objects += addObjects(chart, objectsOf(id));
  }
  app.synth();
  return objects;
}

function appPerWorkspace({ count, outdir, objectsOf }) {
  let objects = 0;
  for (const id of workspaceIds(count)) {
    const app = new App({ outdir });
    objects += addObjects(new Chart(app, id), objectsOf(id));
    app.synth();
  }
  return objects;
}

function addObjects(chart, objects) {
  for (const object of objects) {
    const { kind, metadata } = object;
    new ApiObject(chart, [metadata.namespace, kind, metadata.name].filter(Boolean).join('-'), object);
  }
  return objects.length;
}

module.exports = { render };
