import { type Data, NETWORK_POLICY } from './objects';

export const workload = (apiVersion: string, kind: string, spec: Data, further: Data = {}) => ({
  apiVersion,
  kind,
  metadata: { name: 'x', namespace: 'ws-a', ...further },
  spec,
});
export const POD = { containers: [{ name: 'a', image: 'r.example/a@sha256:1' }] };
export const POD_STORED = {
  containers: [
    {
      name: 'a',
      image: 'r.example/a@sha256:1',
      imagePullPolicy: 'IfNotPresent',
      resources: {},
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
    },
  ],
  dnsPolicy: 'ClusterFirst',
  enableServiceLinks: true,
  restartPolicy: 'Always',
  schedulerName: 'default-scheduler',
  securityContext: {},
  terminationGracePeriodSeconds: 30,
};
export const pods = (spec: Data) => workload('apps/v1', 'Deployment', { template: { spec } });
export const container = (fields: Data) => pods({ containers: [{ ...POD.containers[0], ...fields }] });
export const policy = (spec: Data) => ({ ...NETWORK_POLICY, spec });
export const service = (spec: Data) => ({ ...workload('v1', 'Service', spec) });
