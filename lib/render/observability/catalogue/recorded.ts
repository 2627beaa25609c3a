import type { Metric } from '../metric';

const shared = {
  type: 'gauge',
  exporter: 'portcullis',
  since: 'Portcullis 0.1',
  source: 'lib/render/observability/recording-rules.ts',
  born: 'start',
} as const;

/** Series that our own recording rules make. */
export const RECORDED: readonly Metric[] = [
  {
    ...shared,
    name: 'portcullis:workspace:info',
    help: 'the namespace of each workspace; always 1',
    labels: ['workspace_id', 'source_namespace'],
  },
  {
    ...shared,
    name: 'portcullis:workspace_stage:info',
    help: 'the stage of each layer of each workspace; always 1',
    labels: [
      'workspace_id',
      { name: 'layer', values: ['egress', 'mtls', 'tools'] },
      { name: 'stage', values: ['observe', 'enforce'] },
    ],
  },
  {
    ...shared,
    name: 'portcullis:default_deny:info',
    help: 'the namespaces that have to have a default deny; always 1',
    labels: ['namespace', 'networkpolicy'],
  },
  {
    ...shared,
    name: 'portcullis:egress_allowed:rate5m',
    help: 'connections out of each workspace that policies allowed, per second',
    labels: ['workspace_id'],
  },
  {
    ...shared,
    name: 'portcullis:egress_blocked:rate5m',
    help: 'connections out of each workspace that policies blocked, per second',
    labels: ['workspace_id'],
  },
  {
    ...shared,
    name: 'portcullis:calls_routed:rate5m',
    help: 'calls of each workspace through the control plane, per second',
    labels: ['workspace_id'],
  },
  {
    ...shared,
    name: 'portcullis:calls_direct:rate5m',
    help: 'calls of each workspace past the control plane, per second',
    labels: ['workspace_id'],
  },
];
