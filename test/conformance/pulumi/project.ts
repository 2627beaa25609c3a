import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LocalWorkspace, type Stack } from '@pulumi/pulumi/automation';
import { repository, tool } from '../support';

/** Everything that an operation did, in order. */
export interface Done {
  readonly done: 'create' | 'update' | 'delete';
  /** `<namespace>/<kind>/<name>` */
  readonly id: string;
}

interface Cluster {
  readonly objects: Record<string, Record<string, unknown>>;
  readonly log: readonly Done[];
}

/**
 * A Pulumi project of its own with the repository's environments and stacks, a local state folder, the real CLI and
 * engine, and a provider that stands in for the cluster.
 */
export class Project {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'portcullis-pulumi-'));
  private readonly cluster = path.join(this.folder, 'cluster.json');
  private provider: ChildProcess | undefined;
  private seen = 0;

  /** Starts the provider. */
  static async start(): Promise<Project> {
    const project = new Project();
    for (const name of ['environments', 'Pulumi.dev.yaml', 'Pulumi.prod.yaml', 'Pulumi.reference.yaml']) {
      cpSync(path.join(repository, name), path.join(project.folder, name), { recursive: true });
    }
    writeFileSync(path.join(project.folder, 'Pulumi.yaml'), 'name: portcullis\nruntime: nodejs\n');
    for (const name of ['state', 'bin']) mkdirSync(path.join(project.folder, name));
    cpSync(tool('pulumi'), path.join(project.folder, 'bin', 'pulumi'));
    const provider = spawn(process.execPath, [path.join(__dirname, 'provider.mjs')], {
      env: { ...process.env, CLUSTER: project.cluster },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    project.provider = provider;
    const port = await new Promise<string>((resolve, reject) => {
      provider.stdout.once('data', (text) => resolve(String(text).trim()));
      provider.once('exit', (code) => reject(new Error(`the provider ended with ${code}`)));
    });
    // The automation API runs the `pulumi` of the PATH of this process.
    Object.assign(process.env, {
      PATH: `${path.join(project.folder, 'bin')}${path.delimiter}${process.env.PATH}`,
      PULUMI_HOME: path.join(project.folder, 'home'),
      PULUMI_BACKEND_URL: `file://${path.join(project.folder, 'state')}`,
      PULUMI_CONFIG_PASSPHRASE: 'for this test alone',
      PULUMI_DEBUG_PROVIDERS: `kubernetes:${port}`,
      PULUMI_SKIP_UPDATE_CHECK: 'true',
    });
    return project;
  }

  stack(stackName: string, program: () => Promise<void>): Promise<Stack> {
    const args = { stackName, projectName: 'portcullis', program };
    return LocalWorkspace.createOrSelectStack(args, { workDir: this.folder });
  }

  /** What was done to the cluster since this was asked last. */
  done(): readonly Done[] {
    const { log } = this.read();
    const since = log.slice(this.seen);
    this.seen = log.length;
    return since;
  }

  get objects(): Cluster['objects'] {
    return this.read().objects;
  }

  /** Somebody changes an object behind Pulumi's back. */
  meddle(change: (objects: Cluster['objects']) => void): void {
    const cluster = this.read();
    change(cluster.objects);
    writeFileSync(this.cluster, JSON.stringify(cluster));
  }

  edit(file: string, before: string, after: string): void {
    const name = path.join(this.folder, file);
    const text = readFileSync(name, 'utf8');
    if (!text.includes(before)) throw new Error(`${file} does not hold ${before}`);
    writeFileSync(name, text.replace(before, after));
  }

  stop(): void {
    this.provider?.removeAllListeners('exit');
    this.provider?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private read(): Cluster {
    return existsSync(this.cluster) ? JSON.parse(readFileSync(this.cluster, 'utf8')) : { objects: {}, log: [] };
  }
}
