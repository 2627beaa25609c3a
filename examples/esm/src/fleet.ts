import { cilium, Fleet, Platform, Port, Service, Workspace } from 'portcullis';

/** Forty workspaces on two clusters. */
export const fleet = new Fleet({
  clusters: ['eu-1', 'eu-2'].map((name) => ({ name, dialect: cilium({ version: '1.19' }) })),
  workspaces: Array.from({ length: 40 }, (_, index) => ({ id: `ws-${index}` })),
  build: (app, { cluster, workspaces }) => {
    const platform = new Platform(app, 'platform', { dialect: cluster.dialect });
    const vault = new Service(platform, 'vault', { namespace: 'vault', ports: [Port.tcp(8200)] });
    for (const { id } of workspaces) {
      new Workspace(platform, id).agents.allowTo(vault, { purpose: 'Credential retrieval' });
    }
  },
});
