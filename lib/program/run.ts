import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadManifests } from '../analysis/load/load';
import { type Finding, FindingsError, hasErrors } from '../finding';
import { Platform } from '../platform/platform';
import { replacedOutput } from '../synth/replaced-output';
import type { FileCounts } from '../synth/staging/staged-directory';
import { type StagedSynthesis, stage } from '../synth/synthesize';
import { type BuildOptions, buildAll, inEnvironment, type Root, thrown } from './build';
import { type Proof, prove } from './proof/proof';
import { retiredOutputs } from './retired';

export interface RunOptions extends BuildOptions {
  /** Called after each file, with the number of objects written so far and the number of all objects of the run. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Called as the proof goes on, with the number of objects read back and compared so far and that of all of the run. */
  readonly onProof?: (done: number, total: number) => void;
}

/** What a run wrote for one program in one environment. */
export interface RootResult extends FileCounts {
  readonly environment: string;
  readonly program: string;
  readonly outdir: string;
  readonly workspaces: number;
  readonly objects: number;
  readonly edges: number;
  /** The comparison of the manifests with the edges; what differs is among the findings. */
  readonly proof: Omit<Proof, 'findings'>;
}

export interface RunResult {
  readonly roots: readonly RootResult[];
  /** Warnings and notes; errors are thrown. */
  readonly findings: readonly Finding[];
}

/**
 * Builds every program for every environment and writes all of it, or, if anything is wrong with any of it, nothing.
 * @throws FindingsError with the findings of all environments and programs
 */
export function run(options: RunOptions): RunResult {
  const { roots, findings: all } = buildAll(options);
  const staged = stageAll(roots, options.onProgress);
  const proofs = proveAll(roots, staged, options.onProof);
  const reported = [...all, ...proofs.flatMap((proof) => proof.findings), ...retiredOutputs(options, roots)];
  if (hasErrors(reported)) {
    discard(staged);
    throw new FindingsError(reported);
  }
  return { roots: commit(roots, staged, proofs), findings: reported };
}

/** Programs that were built and proved. */
export interface Rehearsal {
  readonly roots: readonly Root[];
  /** Warnings and notes; errors are thrown. */
  readonly findings: readonly Finding[];
}

/**
 * Builds and proves every program for every environment as a run does, and writes nothing.
 * @throws FindingsError with the findings of all environments and programs
 */
export function rehearse(options: Omit<BuildOptions, 'outdir'>): Rehearsal {
  const outdir = mkdtempSync(join(tmpdir(), 'portcullis-'));
  try {
    const { roots, findings } = buildAll({ ...options, outdir });
    const staged = stageAll(roots, undefined);
    const reported = [...findings, ...proveAll(roots, staged, undefined).flatMap((proof) => proof.findings)];
    if (hasErrors(reported)) throw new FindingsError(reported);
    return { roots, findings: reported };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Writes all roots beside their places first, so that a failure of any of them leaves all of them alone. */
function stageAll(roots: readonly Root[], onProgress: RunOptions['onProgress']): readonly StagedSynthesis[] {
  const total = objectsOf(roots);
  const staged: StagedSynthesis[] = [];
  const findings: Finding[] = [];
  let before = 0;
  for (const { planned, app, environment } of roots) {
    const start = before;
    before += planned.objects;
    try {
      staged.push(stage(planned, app, { onProgress: (done) => onProgress?.(start + done, total) }));
    } catch (error) {
      findings.push(...thrown(error, environment));
    }
  }
  if (findings.length > 0) {
    discard(staged);
    throw new FindingsError(findings);
  }
  return staged;
}

function objectsOf(roots: readonly Root[]): number {
  return roots.reduce((sum, { planned }) => sum + planned.objects, 0);
}

function discard(staged: readonly StagedSynthesis[]): void {
  for (const root of staged) root.discard();
}

/** Reads back what was written, and compares what it allows with what the program says. */
function proveAll(
  roots: readonly Root[],
  staged: readonly StagedSynthesis[],
  onProof: RunOptions['onProof'],
): readonly Proof[] {
  const total = objectsOf(roots);
  let before = 0;
  try {
    return roots.map((root, index) => {
      const { objects } = root.planned;
      const start = before;
      before += objects;
      const proof = proveRoot(root, staged[index] as StagedSynthesis, (part) =>
        onProof?.(start + Math.floor(part * objects), total),
      );
      onProof?.(before, total);
      return proof;
    });
  } catch (error) {
    discard(staged);
    throw error;
  }
}

/** @param onPart hears from 0 to 1 how far it is; reading takes about as long as comparing */
function proveRoot({ app, environment }: Root, { path }: StagedSynthesis, onPart: (part: number) => void): Proof {
  const platforms = app.node.findAll().filter(Platform.isPlatform);
  if (platforms.length === 0) return NOTHING_TO_PROVE;
  const manifests = loadManifests([path], { onProgress: (done, total) => onPart(done / total / 2) });
  const proof = prove(manifests, platforms, (done, total) => onPart((1 + done / total) / 2));
  return { ...proof, findings: proof.findings.map(inEnvironment(environment)) };
}

const NOTHING_TO_PROVE: Proof = { pairs: 0, accepted: 0, findings: [] };

function commit(
  roots: readonly Root[],
  staged: readonly StagedSynthesis[],
  proofs: readonly Proof[],
): readonly RootResult[] {
  const results: RootResult[] = [];
  for (const [index, root] of roots.entries()) {
    try {
      results.push(rootResult(root, staged[index] as StagedSynthesis, proofs[index] as Proof));
    } catch (error) {
      for (const later of staged.slice(index + 1)) later.discard();
      throw new FindingsError([
        ...thrown(error, root.environment),
        ...results.map(({ outdir }) => replacedOutput(outdir)),
      ]);
    }
  }
  return results;
}

function rootResult({ program, environment, app }: Root, staged: StagedSynthesis, proof: Proof): RootResult {
  const { outdir, objects, written, unchanged, removed } = staged.commit();
  const platforms = app.node.children.filter(Platform.isPlatform);
  return {
    environment: environment.name,
    program: program.name,
    outdir,
    workspaces: platforms.reduce((sum, platform) => sum + platform.workspaces.length, 0),
    objects,
    edges: platforms.reduce((sum, platform) => sum + platform.edges.all().length, 0),
    written,
    unchanged,
    removed,
    proof: { pairs: proof.pairs, accepted: proof.accepted },
  };
}
