import { text } from '../../../kube/field';
import { type Data, dataAt, dataList, drop, existing, fill } from './data';
import { quantities } from './pod-defaults';

/**
 * @see SetDefaults_Namespace in pkg/apis/core/v1/defaults.go, namespaceStrategy in pkg/registry/core/namespace/strategy.go
 * of Kubernetes 1.35
 */
export function namespaceDefaults(object: Data): void {
  const metadata = dataAt(object, 'metadata');
  fill(dataAt(metadata, 'labels'), { 'kubernetes.io/metadata.name': metadata.name });
  fill(dataAt(object, 'spec'), { finalizers: ['kubernetes'] });
}

/** What the server chooses for a Service: its addresses, their families, and the ports of nodes. */
const CHOSEN = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'healthCheckNodePort'];

/**
 * @param asked the same Service as it was rendered: what it leaves to the server is not compared
 * @see SetDefaults_Service in pkg/apis/core/v1/defaults.go of Kubernetes 1.35
 */
export function serviceDefaults(object: Data, asked: Data): void {
  const [spec, rendered] = [dataAt(object, 'spec'), existing(asked, 'spec')];
  fill(spec, { sessionAffinity: 'None', type: 'ClusterIP' });
  drop(spec, { publishNotReadyAddresses: false });
  const { type } = spec;
  if (type !== 'ExternalName') fill(spec, { internalTrafficPolicy: 'Cluster' });
  if (type === 'NodePort' || type === 'LoadBalancer') fill(spec, { externalTrafficPolicy: 'Cluster' });
  if (type === 'LoadBalancer') fill(spec, { allocateLoadBalancerNodePorts: true });
  const ports = dataList(rendered, 'ports');
  for (const [index, port] of dataList(spec, 'ports').entries()) {
    fill(port, { protocol: 'TCP', targetPort: port.port });
    if (ports[index]?.nodePort === undefined && type !== 'ClusterIP') delete port.nodePort;
  }
  // A Service that was given an address of its own has no longer the one that was asked for: `None` is an answer of DNS.
  const headless = (one: Data | undefined) => one?.clusterIP === 'None';
  for (const key of CHOSEN) {
    if (rendered?.[key] === undefined && !(headless(spec) && !headless(rendered))) delete spec[key];
  }
}

/** Tokens that controllers add to service accounts, by the names that they give them. */
export function serviceAccountDefaults(object: Data): void {
  const name = text(existing(object, 'metadata')?.name) ?? '';
  const isToken = (secret: Data) =>
    ['token', 'dockercfg'].some((kind) => text(secret.name)?.startsWith(`${name}-${kind}-`) === true);
  for (const key of ['secrets', 'imagePullSecrets']) {
    const all = dataList(object, key);
    const others = all.filter((secret) => !isToken(secret));
    if (others.length === 0) delete object[key];
    else if (others.length < all.length) object[key] = others;
  }
}

/** `stringData` becomes `data` when it is written. */
export function secretDefaults(object: Data): void {
  fill(object, { type: 'Opaque' });
  const plain = existing(object, 'stringData');
  if (plain === undefined) return;
  const data = dataAt(object, 'data');
  for (const [key, value] of Object.entries(plain)) data[key] = Buffer.from(String(value)).toString('base64');
  delete object.stringData;
}

export function quotaDefaults(object: Data): void {
  quantities(existing(object.spec, 'hard'));
}

/** @see SetDefaults_LimitRangeItem in pkg/apis/core/v1/defaults.go of Kubernetes 1.35 */
export function limitRangeDefaults(object: Data): void {
  for (const limit of dataList(object.spec, 'limits')) {
    if (limit.type === 'Container') {
      fill(dataAt(limit, 'default'), existing(limit, 'max') ?? {});
      fill(dataAt(limit, 'defaultRequest'), { ...existing(limit, 'min'), ...existing(limit, 'default') });
      for (const key of ['default', 'defaultRequest']) {
        if (Object.keys(dataAt(limit, key)).length === 0) delete limit[key];
      }
    }
    for (const key of ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio']) {
      quantities(existing(limit, key));
    }
  }
}
