import { ApiObject, App, Chart, Size } from 'cdk8s';
import { Cpu, Deployment } from 'cdk8s-plus-28';
import type { KubeObject } from '../../../lib/kube/object';
import { type PodSpec, podTemplate } from '../../../lib/kube/pod';
import { EXAMPLE_CONTAINER } from '../../../lib/kube/workload-rule/rule';
import type { Platform } from '../../../lib/platform/platform';
import { folderOfTest } from '../synth/support';
import { platform } from './build';

/** Resources with which the baseline is content. */
const RESOURCES = {
  cpu: { request: Cpu.millis(100), limit: Cpu.units(1) },
  memory: { request: Size.mebibytes(64), limit: Size.mebibytes(128) },
};

/** A container of cdk8s-plus with which the baseline is content. */
export const CONTAINER = { name: 'main', image: EXAMPLE_CONTAINER.image, resources: RESOURCES };

/** A chart beside a platform. */
export function shop(props: ConstructorParameters<typeof Platform>[2] | object = {}) {
  const app = new App({ outdir: folderOfTest() });
  const owner = platform(props, app);
  return { app, owner, chart: new Chart(app, 'shop', { namespace: 'shop' }) };
}

/** A workload of cdk8s-plus. */
export function deployment(chart: Chart, id = 'web', replicas = 1) {
  return new Deployment(chart, id, { replicas, containers: [CONTAINER] });
}

/** A plain object around the spec of pods. */
export function plain(chart: Chart, spec: PodSpec, annotations: Readonly<Record<string, string>> = {}) {
  return new ApiObject(chart, 'plain', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'plain', namespace: chart.namespace ?? 'default', annotations },
    spec: { selector: { matchLabels: { app: 'a' } }, template: { metadata: { labels: { app: 'a' } }, spec } },
  });
}

/** The specs of all pods among some objects. */
export const specsOf = (objects: readonly unknown[]): readonly PodSpec[] =>
  (objects as readonly KubeObject[]).flatMap((object) => {
    const template = podTemplate(object);
    return template === undefined ? [] : [template.spec];
  });
