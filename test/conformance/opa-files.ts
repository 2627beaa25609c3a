import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Authorization } from '../../lib/model/authorization/authorization';
import { authorizationBundle, schemaFiles, type TextFile } from '../../lib/render/authorization/bundle';
import { testFiles } from '../../lib/render/authorization/rego-test';
import { type Run, run } from './support';

/** Folders as AuthorizationService writes them. */
export interface OpaFolders {
  readonly bundle: string;
  readonly schemas: string;
  readonly tests: string;
}

/** An empty folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'portcullis-opa-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function writeFiles(folder: string, files: readonly TextFile[]): string {
  for (const { path: name, text } of files) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}

/** What is rendered for an authorization, in a folder of its own. */
export function written(authorization: Authorization): OpaFolders {
  const folder = temporaryFolder();
  return {
    bundle: writeFiles(path.join(folder, 'bundle'), authorizationBundle(authorization).files),
    schemas: writeFiles(path.join(folder, 'schemas'), schemaFiles()),
    tests: writeFiles(path.join(folder, 'tests'), testFiles(authorization)),
  };
}

/** Runs OPA's command. */
export function opa(...args: readonly string[]): Run {
  return run('opa', args);
}
