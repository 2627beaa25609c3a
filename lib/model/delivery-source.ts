import { type Problem, quoted } from '../finding';
import { dnsSubdomainProblem } from './name';

/** Where an output stands in a repository. */
export interface DeliverySource {
  /** Name of the tool's own objects, and the beginning of the names of others: `prod-portarium`. A DNS subdomain. */
  readonly name: string;
  /** Folder of the output in the repository, without a slash at either end: `manifests/prod/portarium`. */
  readonly path: string;
}

/** What keeps settings from naming a folder of a repository. */
export function sourceProblems({ name, path }: DeliverySource): readonly Problem[] {
  const nameProblem = dnsSubdomainProblem(name, 'name of the delivery');
  // The names of workspaces follow, of 63 characters at most, and the longest step.
  const tooLong =
    name.length <= 180
      ? undefined
      : { message: `the name of the delivery has ${name.length} characters`, fix: 'shorten it' };
  return [nameProblem ?? tooLong, deliveryPathProblem(path)].filter((problem) => problem !== undefined);
}

/** What keeps a text from being a folder of a repository. */
export function deliveryPathProblem(path: string): Problem | undefined {
  const parts = path.split('/');
  if (parts.every((part) => /^[\w.@+-]+$/.test(part) && part !== '.' && part !== '..')) return undefined;
  return {
    message: `${quoted(path)} is not a folder of a repository`,
    fix: "name the folder of the output from the repository's root, such as 'manifests/prod', without '..'",
  };
}

/** What keeps a text from being the address of a Git repository; credentials would be in every clone of it. */
export function repositoryProblem(repository: string): Problem | undefined {
  const fix = "write it as 'https://git.example.com/platform/manifests.git'";
  if (/^[\w.-]+@[\w.-]+:[\w./~-]+$/.test(repository)) return undefined;
  if (!URL.canParse(repository)) return { message: `${quoted(repository)} is not the address of a repository`, fix };
  const { protocol, username, password } = new URL(repository);
  if (protocol !== 'https:' && protocol !== 'ssh:') {
    return { message: `the repository ${quoted(repository)} is not reached over https or ssh`, fix };
  }
  const holdsSecret = password !== '' || (protocol === 'https:' && username !== '');
  return holdsSecret ? { message: 'the address of the repository holds a user or a password', fix } : undefined;
}

/** What keeps a text from being a duration as Go writes it. */
export function durationProblem(text: string): Problem | undefined {
  if (/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  return { message: `${quoted(text)} is not a duration`, fix: "write it as '10m' or '90s'" };
}
