import { shellWord } from '../../render/identity/shell-word';

/** What to type after a repository was made. */
export interface NextSteps {
  /** Where the repository is, from where the next command is typed; undefined if that is where it is. */
  readonly folder?: string;
  /** Whether the owners are still to be named. */
  readonly isWithoutOwners: boolean;
}

/** For people: the commands that come next. */
export function nextSteps({ folder, isWithoutOwners }: NextSteps): string {
  const steps = [
    ...(folder === undefined ? [] : [`cd ${shellWord(folder.startsWith('-') ? `./${folder}` : folder)}`]),
    'npm install                  # and commit package-lock.json',
    'npm run ci                   # what the workflow runs',
    ...(isWithoutOwners ? ['$EDITOR .github/CODEOWNERS   # name your own teams in place of @OWNER'] : []),
  ];
  return `\nnext:\n${steps.map((step) => `  ${step}\n`).join('')}`;
}
