import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  agentConfig,
  agentConfigMap,
  CONFIG_FILE,
  controlPlaneConfig,
  controlPlaneConfigMap,
  spiffeCsiMount,
  spiffeCsiVolume,
} from '../../../../lib/render/identity/mtls-config';
import { AGENT, CONTROL_PLANE } from '../../model/identity/tls';
import { expectProblem, problemOf } from '../../model/refusal';

/** The two blocks of seed 000, to the letter. */
const SEED_CONTROL_PLANE = `tls:
  mode: mtls
  spire:
    socketPath: /run/spire/sockets/agent.sock
    trustDomain: portarium.dev
  allowedSpiffeIds:
    - 'spiffe://portarium.dev/agent/*'
`;
const SEED_AGENT = `portarium:
  baseUrl: https://control-plane.portarium-system.svc:443
  tls:
    mode: mtls
    spire:
      socketPath: /run/spire/sockets/agent.sock
`;

test('the configurations are those of the seed', () => {
  expect(parse(controlPlaneConfig(CONTROL_PLANE))).toEqual(parse(SEED_CONTROL_PLANE));
  expect(agentConfig(AGENT)).toBe(SEED_AGENT);
  // The seed quotes one text that needs no quotes.
  expect(controlPlaneConfig(CONTROL_PLANE)).toBe(SEED_CONTROL_PLANE.replaceAll("'", ''));
});

test('the way back changes the mode and nothing else', () => {
  const optional = controlPlaneConfig({ ...CONTROL_PLANE, mode: 'optional' });
  expect(optional).toBe(controlPlaneConfig(CONTROL_PLANE).replace('mode: mtls', 'mode: optional'));
  expect(agentConfig({ ...AGENT, mode: 'optional' })).toBe(SEED_AGENT.replace('mode: mtls', 'mode: optional'));
});

test('callers stand in one order, on a line each', () => {
  const ids = ['spiffe://portarium.dev/b', `spiffe://portarium.dev/a/${'x'.repeat(200)}`];
  const text = controlPlaneConfig({ ...CONTROL_PLANE, allowedSpiffeIds: ids });
  expect(text).toBe(controlPlaneConfig({ ...CONTROL_PLANE, allowedSpiffeIds: [...ids].reverse() }));
  expect(parse(text).tls.allowedSpiffeIds).toEqual([...ids].sort());
  expect(text.split('\n')).toHaveLength(9);
});

// Each would be read as something else than text if it stood without quotes.
test.each(['true', 'null', '1', '1.5', '1e3', '0x1f', '2026-01-01', '-', '.'])(
  'trust domain %j stays text',
  (trustDomain) => {
    const allowedSpiffeIds = [`spiffe://${trustDomain}/agent/*`];
    const text = controlPlaneConfig({ ...CONTROL_PLANE, trustDomain, allowedSpiffeIds });
    expect(parse(text)).toEqual({
      tls: { mode: 'mtls', spire: { socketPath: CONTROL_PLANE.socketPath, trustDomain }, allowedSpiffeIds },
    });
  },
);

describe('as ConfigMaps', () => {
  const place = { name: 'tls', namespace: 'portarium-system' };

  test.each([
    ['control plane', controlPlaneConfigMap(CONTROL_PLANE, place), controlPlaneConfig(CONTROL_PLANE)],
    ['agents', agentConfigMap(AGENT, place), agentConfig(AGENT)],
  ])('%s', (_, object, text) => {
    expect(object).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: place, data: { [CONFIG_FILE]: text } });
  });

  test('labels are those of the caller', () => {
    const labels = { app: 'portarium' };
    expect(controlPlaneConfigMap(CONTROL_PLANE, { ...place, labels }).metadata).toEqual({ ...place, labels });
  });
});

test('the socket comes read-only, and its directory is what is mounted', () => {
  expect(spiffeCsiVolume()).toEqual({ name: 'spiffe-workload-api', csi: { driver: 'csi.spiffe.io', readOnly: true } });
  expect(spiffeCsiMount('/run/spire/sockets/agent.sock')).toEqual({
    name: spiffeCsiVolume().name,
    mountPath: '/run/spire/sockets',
    readOnly: true,
  });
});

describe('refuses', () => {
  test('whatever the model refuses', () => {
    const wide = { ...CONTROL_PLANE, allowedSpiffeIds: ['spiffe://portarium.dev/*'] };
    expectProblem(
      problemOf(() => controlPlaneConfig(wide)),
      /every workload/,
      /name a path/,
    );
    expectProblem(
      problemOf(() => agentConfig({ ...AGENT, baseUrl: 'http://x' })),
      /not HTTPS/,
      /https/,
    );
    expectProblem(
      problemOf(() => spiffeCsiMount('/agent.sock')),
      /in a directory/,
      /absolute path/,
    );
  });
});
