import { Option } from 'commander';

/** What commands about a roll-out say of where it is. */
export interface EnvironmentFlags {
  readonly env: string;
  readonly environments: string;
  readonly program?: string;
  readonly logs?: readonly string[];
}

export const environmentsOption = () =>
  new Option('--environments <dir>', 'folder with one settings file for each environment').default('environments');

export const programOption = () =>
  new Option('--program <module>', 'JavaScript module that exports a `program` (default: what the file describes)');

export const logsOption = () =>
  new Option('--logs <file...>', "JSON lines of Portarium's agents, as kubectl logs prints them; - for standard input");
