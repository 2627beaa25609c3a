import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { cilium, type Delivery, Platform, Port, Service, synthesize, Workspace } from '../../../../lib';
import type { KubeObject } from '../../../../lib/kube/object';

/** A vault that two workspaces call, and an app to add to. */
export function vaultApp(outdir: string): { readonly app: App; readonly platform: Platform } {
  const app = new App({ outdir });
  const platform = new Platform(app, 'platform', {
    dialect: cilium({ version: '1.19' }),
    identity: { trustDomain: 'example.com' },
  });
  const vault = new Service(platform, 'vault', { namespace: 'vault', ports: [Port.tcp(8200)] });
  for (const id of ['ws-a', 'ws-b']) {
    const { agents } = new Workspace(platform, id);
    agents.allowTo(vault, { purpose: 'Credential retrieval' });
    const file = `workspaces/${id}/identity.yaml`;
    agents.identify({ path: `agent/${id}`, serviceAccount: 'agent', purpose: 'Call the vault', file });
  }
  return { app, platform };
}

/** Every object of an output, by file. */
export function written(outdir: string): ReadonlyMap<string, readonly KubeObject[]> {
  const files = readdirSync(outdir, { recursive: true }).map(String).sort();
  return new Map(
    files
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => [
        file,
        parseAllDocuments(readFileSync(join(outdir, file), 'utf8')).map((document) => document.toJS() as KubeObject),
      ]),
  );
}

export function delivered(outdir: string, delivery: Delivery): ReadonlyMap<string, readonly KubeObject[]> {
  synthesize(vaultApp(outdir).app, { delivery });
  return written(outdir);
}
