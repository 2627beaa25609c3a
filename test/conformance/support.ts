import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inject } from 'vitest';
import { parseAllDocuments } from 'yaml';

declare module 'vitest' {
  interface ProvidedContext {
    /** The paths of the programs that build-tools.mjs built, by name. */
    tools: Record<string, string>;
  }
}

export const repository = path.resolve(__dirname, '../..');

/** What "npm run synth" writes. */
export const manifests = path.join(repository, 'dist', 'manifests');

/** False when the person who runs the tests left the tool out on purpose. */
export function hasTool(name: string): boolean {
  return inject('tools')[name] !== undefined;
}

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The path of one of the programs in tools/. */
export function tool(name: string): string {
  const file = inject('tools')[name];
  if (file === undefined) {
    throw new Error(`the tool ${name} was left out`);
  }
  return file;
}

/** Runs one of the programs in tools/. */
export function run(name: string, args: readonly string[]): Run {
  const result = spawnSync(tool(name), args, {
    cwd: repository,
    // A configuration of the person who runs the tests must not change what kubectl does.
    env: { ...process.env, KUBECONFIG: '', KUBERC: 'off' },
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (result.error !== undefined) {
    throw result.error;
  }
  return { code: result.status, stdout: result.stdout, stderr: result.stderr };
}

export function requireManifests(): void {
  if (!existsSync(manifests)) {
    throw new Error('there is no dist/manifests: run "npm run synth" first');
  }
}

/** The paths of the YAML files below a folder, sorted, without those that tell kustomize and `kyverno test` what to do. */
export function yamlFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && /\.ya?ml$/.test(entry.name) && !/^(?:kustomization|kyverno-test)\.ya?ml$/.test(entry.name),
    )
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** The objects of a YAML stream; documents without content are passed over. */
export function parseObjects(text: string, from: string): unknown[] {
  const objects: unknown[] = [];
  for (const document of parseAllDocuments(text)) {
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem !== undefined) {
      throw new Error(`${from}: ${problem.message}`);
    }
    const object: unknown = document.toJS();
    if (object !== null) {
      objects.push(object);
    }
  }
  return objects;
}

export function readObjects(file: string): unknown[] {
  return parseObjects(readFileSync(file, 'utf8'), path.relative(repository, file));
}
