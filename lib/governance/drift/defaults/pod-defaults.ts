import { canonicalQuantity } from '../../../kube/quantity';
import { type Data, dataAt, dataList, drop, existing, fill } from './data';

const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
/** Kinds of volumes whose files have a mode; 0644. */
const WITH_MODE = ['secret', 'configMap', 'downwardAPI', 'projected'] as const;
const FILE_MODE = 0o644;

/**
 * What the API server adds to the spec of pods.
 * @see SetDefaults_PodSpec and others in pkg/apis/core/v1/defaults.go, SetObjectDefaults_Deployment in
 * pkg/apis/apps/v1/zz_generated.defaults.go of Kubernetes 1.35
 */
export function podDefaults(spec: Data): void {
  fill(spec, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    enableServiceLinks: true,
  });
  drop(spec, { hostNetwork: false, hostPID: false, hostIPC: false });
  serviceAccount(spec);
  for (const list of CONTAINER_LISTS) {
    for (const container of dataList(spec, list)) containerDefaults(container, spec.hostNetwork === true);
  }
  for (const volume of dataList(spec, 'volumes')) volumeDefaults(volume);
  quantities(existing(spec, 'overhead'));
  resources(existing(spec, 'resources'));
}

/** The old name of the field always says the same as the new one. */
function serviceAccount(spec: Data): void {
  if (spec.serviceAccountName === undefined && spec.serviceAccount !== undefined) {
    spec.serviceAccountName = spec.serviceAccount;
  }
  if (spec.serviceAccount === spec.serviceAccountName) delete spec.serviceAccount;
}

function containerDefaults(container: Data, hostNetwork: boolean): void {
  fill(container, {
    imagePullPolicy: isLatest(String(container.image ?? '')) ? 'Always' : 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    resources: {},
  });
  drop(container, { stdin: false, stdinOnce: false, tty: false, workingDir: '' });
  for (const port of dataList(container, 'ports')) {
    fill(port, { protocol: 'TCP', ...(hostNetwork ? { hostPort: port.containerPort } : {}) });
    drop(port, { hostPort: 0 });
  }
  for (const mount of dataList(container, 'volumeMounts')) drop(mount, { readOnly: false, subPath: '' });
  for (const variable of dataList(container, 'env')) {
    drop(variable, { value: '' });
    source(existing(variable, 'valueFrom'));
  }
  for (const name of PROBES) probe(existing(container, name));
  for (const hook of ['postStart', 'preStop']) action(existing(existing(container, 'lifecycle'), hook));
  resources(existing(container, 'resources'));
}

/** An image without tag and digest is that of the tag `latest`. */
function isLatest(image: string): boolean {
  const name = image.slice(image.lastIndexOf('/') + 1);
  const tag = /^[^@:]*:([^@]*)/.exec(name)?.[1];
  return tag === undefined ? !name.includes('@') : tag === 'latest';
}

function probe(data: Data | undefined): void {
  if (data === undefined) return;
  drop(data, { initialDelaySeconds: 0, timeoutSeconds: 0, periodSeconds: 0, successThreshold: 0, failureThreshold: 0 });
  fill(data, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  action(data);
}

function action(data: Data | undefined): void {
  const [get, grpc] = [existing(data, 'httpGet'), existing(data, 'grpc')];
  if (get !== undefined) fill(get, { path: '/', scheme: 'HTTP' });
  if (grpc !== undefined) fill(grpc, { service: '' });
}

function source(data: Data | undefined): void {
  const [fieldRef, resource] = [existing(data, 'fieldRef'), existing(data, 'resourceFieldRef')];
  if (fieldRef !== undefined) fill(fieldRef, { apiVersion: 'v1' });
  if (resource === undefined) return;
  fill(resource, { divisor: '0' });
  resource.divisor = canonicalQuantity(resource.divisor);
}

function volumeDefaults(volume: Data): void {
  if (Object.keys(volume).every((key) => key === 'name')) volume.emptyDir = {};
  for (const kind of WITH_MODE) {
    const data = existing(volume, kind);
    if (data !== undefined) fill(data, { defaultMode: FILE_MODE });
  }
  const [projected, hostPath, emptyDir] = ['projected', 'hostPath', 'emptyDir'].map((kind) => existing(volume, kind));
  if (hostPath !== undefined) fill(hostPath, { type: '' });
  if (emptyDir?.sizeLimit !== undefined) emptyDir.sizeLimit = canonicalQuantity(emptyDir.sizeLimit);
  if (emptyDir !== undefined) drop(emptyDir, { medium: '' });
  for (const item of dataList(existing(volume, 'downwardAPI'), 'items')) source(item);
  for (const part of dataList(projected, 'sources')) {
    const token = existing(part, 'serviceAccountToken');
    if (token !== undefined) fill(token, { expirationSeconds: 3600 });
    for (const item of dataList(existing(part, 'downwardAPI'), 'items')) source(item);
  }
  for (const value of Object.values(volume)) drop(dataAt({ value }, 'value'), { readOnly: false });
}

export function resources(data: Data | undefined): void {
  if (data !== undefined) for (const part of ['limits', 'requests']) quantities(existing(data, part));
}

export function quantities(data: Data | undefined): void {
  if (data !== undefined) for (const key of Object.keys(data)) data[key] = canonicalQuantity(data[key]);
}
