import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Finding } from '../finding';
import { dnsLabelProblem } from '../model/name';
import type { Program } from './program';
import { describeError, placeOf, thrownFindings } from './thrown';

export interface LoadedPrograms {
  readonly programs: readonly Program[];
  /** Everything that is wrong, in all modules. */
  readonly findings: readonly Finding[];
}

/** Loads the programs that modules export as `program`. Modules may be CommonJS or ES modules. */
export async function loadPrograms(modules: readonly string[]): Promise<LoadedPrograms> {
  const loaded = await Promise.all(modules.map(loadProgram));
  const named = new Map<string, string>();
  const findings: Finding[] = [];
  const programs: Program[] = [];
  for (const [index, one] of loaded.entries()) {
    const module = modules[index] as string;
    if ('findings' in one) findings.push(...one.findings);
    else {
      programs.push(one);
      const other = named.get(one.name);
      if (other !== undefined) {
        const message = `the program's name '${one.name}' is already taken by ${other}`;
        findings.push(failed(module, message, 'name each module once, and give each program a name of its own'));
      }
      named.set(one.name, module);
    }
  }
  return { programs, findings };
}

async function loadProgram(module: string): Promise<Program | { readonly findings: readonly Finding[] }> {
  const loaded = await importModule(module);
  return 'findings' in loaded ? loaded : checkProgram(module, loaded.exported.program as Partial<Program> | undefined);
}

/** What a module exports, or why it cannot be loaded. */
export async function importModule(
  module: string,
): Promise<{ readonly exported: Readonly<Record<string, unknown>> } | { readonly findings: readonly Finding[] }> {
  if (!existsSync(module)) {
    return { findings: [failed(module, 'the module does not exist', 'build it, or name another JavaScript file')] };
  }
  try {
    const exported = await import(pathToFileURL(resolve(module)).href);
    // Not every way of writing module.exports shows its names to `import`.
    return { exported: { ...exported.default, ...exported } };
  } catch (error) {
    return { findings: loadFindings(module, error) };
  }
}

function checkProgram(module: string, program: Partial<Program> | undefined): Program | { findings: Finding[] } {
  if (typeof program?.build !== 'function' || typeof program.name !== 'string') {
    const fix = 'export const program = defineProgram({ name, build })';
    return { findings: [failed(module, 'the module exports no program', fix)] };
  }
  // Output goes to a folder of this name, so a program that was not made by defineProgram has to be checked as well.
  const problem = dnsLabelProblem(program.name, 'name of the program');
  return problem === undefined ? (program as Program) : { findings: [failed(module, problem.message, problem.fix)] };
}

/** Codes of errors that Node throws instead of running a module. */
const LOADING = /MODULE_NOT_FOUND$|UNKNOWN_FILE_EXTENSION$|UNSUPPORTED_DIR_IMPORT$|REQUIRE_ESM$|PATH_NOT_EXPORTED$/;

function loadFindings(module: string, error: unknown): readonly Finding[] {
  const isSyntaxError = error instanceof SyntaxError;
  const code = (error as NodeJS.ErrnoException | null | undefined)?.code ?? '';
  if (!isSyntaxError && !LOADING.test(code)) return thrownFindings(error, 'program-module', { file: module });
  const finding = failed(module, `the module cannot be loaded: ${describeError(error)}`, loadingFix(module, code));
  return [{ ...finding, where: (isSyntaxError ? placeOf(error) : undefined) ?? finding.where }];
}

function loadingFix(module: string, code: string): string {
  if (/\.[cm]?tsx?$/.test(module)) return 'compile it, and name the JavaScript file that comes out';
  if (code === '') return 'correct its syntax';
  if (code.endsWith('MODULE_NOT_FOUND')) return 'install or build what it imports';
  return 'name a JavaScript file that Node can run';
}

function failed(module: string, message: string, fix: string): Finding {
  return { rule: 'program-module', severity: 'error', where: { file: module }, message, fix };
}
