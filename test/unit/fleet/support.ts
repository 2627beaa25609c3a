import { cilium, kubernetes, Peer, Platform, Port, Service, Workspace } from '../../../lib';
import { type Finding, FindingsError } from '../../../lib/finding';
import type { FleetCluster, FleetWorkspace } from '../../../lib/fleet/cluster';
import { Fleet, type FleetProps } from '../../../lib/fleet/fleet';

export function clusters(...names: readonly string[]): FleetCluster[] {
  return names.map((name) => ({ name, dialect: cilium({ version: '1.19' }) }));
}

export function workspaces(count: number, from = 0): FleetWorkspace[] {
  return Array.from({ length: count }, (_, index) => ({ id: `ws-${from + index}` }));
}

/** A vault that all agents call, so that its policy map grows by one with each workspace. */
export function vaultFleet(props: Partial<FleetProps<FleetWorkspace>> & Pick<FleetProps<FleetWorkspace>, 'clusters'>) {
  return new Fleet({
    workspaces: workspaces(6),
    build: (app, { cluster, workspaces: placed, identity }) => {
      const platform = new Platform(app, 'platform', {
        dialect: cluster.dialect,
        ...(identity === undefined ? {} : { identity }),
      });
      const vault = new Service(platform, 'vault', { namespace: 'vault', ports: [Port.tcp(8200)] });
      for (const { id } of placed) {
        const { agents } = new Workspace(platform, id);
        agents.allowTo(vault, { purpose: 'Credential retrieval' });
        agents.allowTo(Peer.cidr('203.0.113.0/24'), { ports: [Port.tcp(443)], purpose: 'Stub' });
        if (identity !== undefined)
          agents.identify({ path: `agent/${id}`, serviceAccount: 'agent', purpose: 'Call the vault' });
      }
    },
    ...props,
  });
}

export const PLAIN = kubernetes();

/** The findings with which something is refused. */
export function refused(work: () => unknown): readonly Finding[] {
  try {
    work();
  } catch (error) {
    if (error instanceof FindingsError) return error.findings;
    throw error;
  }
  throw new Error('nothing was refused');
}
