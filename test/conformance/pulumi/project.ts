import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LocalWorkspace, type Stack } from '@pulumi/pulumi/automation';
import { registerStackTransformation } from '@pulumi/pulumi/runtime';
import { repository, tool } from '../support';
import type { Cluster } from './cluster';

/**
 * A Pulumi project of its own with the repository's environments and stacks, a local state folder, the real CLI and
 * engine, and a cluster.
 */
export class Project {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'portcullis-pulumi-'));

  private constructor(private readonly cluster: Cluster) {}

  static start(cluster: Cluster): Project {
    const project = new Project(cluster);
    for (const name of ['environments', 'Pulumi.dev.yaml', 'Pulumi.prod.yaml', 'Pulumi.reference.yaml']) {
      cpSync(path.join(repository, name), path.join(project.folder, name), { recursive: true });
    }
    writeFileSync(path.join(project.folder, 'Pulumi.yaml'), 'name: portcullis\nruntime: nodejs\n');
    for (const name of ['state', 'bin']) mkdirSync(path.join(project.folder, name));
    cpSync(tool('pulumi'), path.join(project.folder, 'bin', 'pulumi'));
    // The automation API runs the `pulumi` of the PATH of this process.
    Object.assign(process.env, {
      PATH: `${path.join(project.folder, 'bin')}${path.delimiter}${process.env.PATH}`,
      PULUMI_HOME: path.join(project.folder, 'home'),
      PULUMI_BACKEND_URL: `file://${path.join(project.folder, 'state')}`,
      PULUMI_CONFIG_PASSPHRASE: 'for this test alone',
      PULUMI_SKIP_UPDATE_CHECK: 'true',
      ...cluster.environment,
    });
    return project;
  }

  async stack(stackName: string, deploy: () => void): Promise<Stack> {
    const program = async () => {
      // Nobody makes pods or jobs of what is deployed here: there is nothing to wait for.
      registerStackTransformation(({ type, props, opts }) => {
        const isObject = type.startsWith('kubernetes:');
        return isObject ? { props: { ...props, metadata: withoutWaiting(props.metadata) }, opts } : undefined;
      });
      deploy();
    };
    const args = { stackName, projectName: 'portcullis', program };
    const stack = await LocalWorkspace.createOrSelectStack(args, { workDir: this.folder });
    const { kubeconfig } = this.cluster;
    if (kubeconfig !== undefined) {
      await stack.setConfig('portcullis:kubeconfig', { value: kubeconfig, secret: true });
    }
    return stack;
  }

  edit(file: string, before: string, after: string): void {
    const name = path.join(this.folder, file);
    const text = readFileSync(name, 'utf8');
    if (!text.includes(before)) throw new Error(`${file} does not hold ${before}`);
    writeFileSync(name, text.replace(before, after));
  }

  stop(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function withoutWaiting(metadata: { readonly annotations?: object }): object {
  return { ...metadata, annotations: { ...metadata.annotations, 'pulumi.com/skipAwait': 'true' } };
}
