import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

const ROOT = resolve(__dirname, '../../..');

/**
 * Compiles a source file below lib/ and everything of ours that it imports, for programs that run in processes of
 * their own.
 * @param others files that it starts by their paths
 * @returns path of the compiled file
 */
export function compile(entry: string, folder: string, others: readonly string[] = []): string {
  const done = new Set<string>();
  const add = (file: string) => {
    if (done.has(file)) return;
    done.add(file);
    const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 };
    const { outputText } = transpileModule(readFileSync(join(ROOT, file), 'utf8'), { compilerOptions });
    const path = join(folder, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, outputText);
    for (const [, target] of outputText.matchAll(/require\("(\.[^"]*)"\)/g)) {
      add(`${join(dirname(file), target as string)}.ts`);
    }
  };
  for (const file of [entry, ...others]) add(file);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return join(folder, entry.replace(/\.ts$/, '.js'));
}
