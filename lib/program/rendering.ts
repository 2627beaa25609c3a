import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IConstruct } from 'constructs';
import { loadManifests } from '../analysis/load/load';
import type { Manifests } from '../analysis/load/manifests';
import type { Environment } from '../environment/environment';
import { type Finding, FindingsError, hasErrors } from '../finding';
import type { KubeObject } from '../kube/object';
import { stage } from '../synth/synthesize';
import { build, isRoot, thrown } from './build';
import type { Program } from './program';

/** What a program comes to in an environment, without touching the output of earlier runs. */
export interface Rendering {
  readonly environment: Environment;
  /** The construct tree. */
  readonly root: IConstruct;
  readonly objects: readonly KubeObject[];
  /** Text of the files that hold no objects, by path. */
  readonly documents: ReadonlyMap<string, string>;
  /** The files, read back. */
  readonly manifests: Manifests;
  /** Folder of the files, which is gone when the work is done. */
  readonly folder: string;
  /** Warnings and notes. */
  readonly findings: readonly Finding[];
}

/**
 * Renders a program for an environment into a folder of its own, which lives as long as the work on it.
 * @throws FindingsError with all that is wrong, if the program cannot be rendered
 */
export function withRendering<Result>(
  program: Program,
  environment: Environment,
  work: (rendering: Rendering) => Result,
): Result {
  const outdir = mkdtempSync(join(tmpdir(), 'portcullis-'));
  try {
    return work(render(program, environment, outdir));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function render(program: Program, environment: Environment, outdir: string): Rendering {
  const built = build(program, environment, outdir);
  if (!isRoot(built) || hasErrors(built.findings)) throw new FindingsError(built.findings);
  const { app, planned, findings } = built;
  try {
    const { path } = stage(planned, app);
    return {
      environment,
      root: app,
      objects: planned.manifests.flatMap(({ objects }) => objects.map((object) => object.toJson() as KubeObject)),
      documents: new Map(planned.documents.map((document) => [document.file, [...document.render()].join('')])),
      manifests: loadManifests([path]),
      folder: path,
      findings,
    };
  } catch (error) {
    throw new FindingsError(thrown(error, environment));
  }
}
