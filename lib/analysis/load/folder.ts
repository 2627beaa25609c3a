import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../finding';

const MANIFEST = /\.(?:yaml|yml|json)$/;

/**
 * The manifests in a folder and all below it, in order, through symbolic links, and each once however many lead there.
 * Folders whose names start with a dot, and installed packages, hold none of ours. What cannot be opened is a finding.
 */
export class Folder {
  readonly findings: Finding[] = [];
  private readonly found: string[] = [];
  private readonly visited = new Set<string>();

  constructor(path: string) {
    this.visit(path);
  }

  get files(): readonly string[] {
    return [...this.found].sort();
  }

  private visit(folder: string): void {
    const entries = this.attempt(folder, () => {
      return this.isNew(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
    });
    // What is there itself counts before what a link shows again.
    const ordered = [...(entries ?? [])].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
    for (const entry of ordered) {
      if (!entry.name.startsWith('.') && entry.name !== 'node_modules') this.add(entry, join(folder, entry.name));
    }
  }

  private add(entry: Dirent, path: string): void {
    const isManifest = MANIFEST.test(entry.name);
    if (entry.isDirectory()) this.visit(path);
    else if (entry.isFile() && isManifest && this.isNew(path)) this.found.push(path);
    else if (entry.isSymbolicLink()) {
      const target = this.attempt(isManifest ? path : undefined, () => statSync(path));
      if (target?.isDirectory()) this.visit(path);
      else if (target?.isFile() && isManifest && this.isNew(path)) this.found.push(path);
    }
  }

  private isNew(path: string): boolean {
    const real = realpathSync.native(path);
    if (this.visited.has(real)) return false;
    this.visited.add(real);
    return true;
  }

  /** @param path to report if it fails; undefined for what would be no manifest anyway */
  private attempt<Value>(path: string | undefined, action: () => Value): Value | undefined {
    try {
      return action();
    } catch (error) {
      if (path === undefined) return undefined;
      const message = `it cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      const fix = 'check that it is there and that you may read it';
      this.findings.push({ rule: 'file-unreadable', severity: 'error', where: { file: path }, message, fix });
      return undefined;
    }
  }
}

function rank(entry: Dirent): number {
  return entry.isSymbolicLink() ? 1 : 0;
}
