import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file of a new repository. */
export interface TemplateFile {
  /** Path below the repository, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** What is written into the files of the template, in place of `{{name}}` and so on. */
export interface TemplateValues {
  /** Name of the package, a DNS label. */
  readonly name: string;
  /** Version of Portcullis. */
  readonly version: string;
  /** Those who approve what is allowed, as CODEOWNERS names them: `@acme/security @acme/maintainers`. */
  readonly owners: string;
}

/**
 * The files of a new repository, sorted by path. A leading `_` of a file or folder stands for a dot, since npm leaves
 * `.gitignore` and `.npmrc` out of packages.
 */
export function templateFiles(values: TemplateValues): readonly TemplateFile[] {
  const folder = templateFolder();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return files
    .map((file) => {
      const path = file
        .slice(folder.length + 1)
        .split(/[/\\]/)
        .map((part) => part.replace(/^_/, '.'))
        .join('/');
      return { path, text: filledIn(readFileSync(file, 'utf8'), values) };
    })
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** `${{ … }}` of GitHub's workflows has a blank behind the braces, and stays. */
function filledIn(text: string, values: TemplateValues): string {
  return text.replaceAll(/\{\{(name|version|owners)\}\}/g, (_, key: keyof TemplateValues) => values[key]);
}

/** templates/init beside the package.json above the code, wherever it was compiled to. */
function templateFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, 'templates', 'init');
}
