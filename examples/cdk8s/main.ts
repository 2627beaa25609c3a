import { App, type AppProps } from 'cdk8s';
import { cilium, Peer, Platform, Port, Service, Workspace } from 'portcullis';

/** Two workspaces that call one vault, and a payment provider that one of them pays through. */
export function agents(props?: AppProps): App {
  const app = new App(props);
  const platform = new Platform(app, 'platform', { dialect: cilium({ version: '1.19' }) });
  const vault = new Service(platform, 'vault', { namespace: 'vault', ports: [Port.tcp(8200)] });
  for (const id of ['ws-payments', 'ws-support']) {
    const { agents } = new Workspace(platform, id, { owner: `team-${id}` });
    agents.allowTo(vault, { purpose: 'Credential retrieval' });
    if (id === 'ws-payments') {
      agents.allowTo(Peer.fqdn('api.stripe.com'), { ports: [Port.tcp(443)], purpose: 'Take payments' });
    }
  }
  return app;
}

if (require.main === module) agents().synth();
