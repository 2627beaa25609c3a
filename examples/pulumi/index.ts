import { Provider } from '@pulumi/kubernetes/provider';
import { App } from 'cdk8s';
import { kubernetes, Peer, Platform, Port, Service, Workspace } from 'portcullis';
import { ClusterObjects } from 'portcullis/pulumi';

const app = new App();
const platform = new Platform(app, 'platform', { dialect: kubernetes() });
const vault = new Service(platform, 'vault', { namespace: 'vault', ports: [Port.tcp(8200)] });
const { agents } = new Workspace(platform, 'ws-payments', { owner: 'team-payments' });
agents.allowTo(vault, { purpose: 'Credential retrieval' });
agents.allowTo(Peer.cidr('203.0.113.0/24'), { ports: [Port.tcp(443)], purpose: 'Invoicing system' });

const provider = new Provider('cluster', { context: 'production' });

/** Everything that was declared, as resources of Pulumi. */
export const objects = new ClusterObjects('agents', { app, provider, protectDefaultDeny: true });
