import type { AgentTls, ControlPlaneTls } from '../../../../lib/model/identity/mtls';

/** What seed 000 says about both ends of mutual TLS. */

export const CONTROL_PLANE: ControlPlaneTls = {
  mode: 'mtls',
  socketPath: '/run/spire/sockets/agent.sock',
  trustDomain: 'portarium.dev',
  allowedSpiffeIds: ['spiffe://portarium.dev/agent/*'],
};

export const AGENT: AgentTls = {
  mode: 'mtls',
  socketPath: '/run/spire/sockets/agent.sock',
  baseUrl: 'https://control-plane.portarium-system.svc:443',
};
