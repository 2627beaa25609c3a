import { type Problem, quoted } from '../finding';

const HOST = /^(localhost|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+)(:\d{1,5})?$/;
const FOLDER = /^[a-z0-9]+([._-]+[a-z0-9]+)*$/;

/**
 * What keeps a text from saying where images may come from: a host, folders if any, and a slash at the end. Without it,
 * `ghcr.io/portarium` would also approve `ghcr.io/portarium-by-somebody-else`.
 * @see https://github.com/distribution/reference/blob/v0.6.0/regexp.go
 */
export function registryProblem(text: string): Problem | undefined {
  const what = `registry ${quoted(text)}`;
  if (text.includes('://')) {
    return { message: `${what} is a URL`, fix: "write it as images do, such as 'registry.example.com/'" };
  }
  if (!text.endsWith('/')) {
    const message = `${what} does not end in a slash, so it would approve everything that begins alike`;
    return { message, fix: `write ${quoted(`${text}/`)}` };
  }
  const [host = '', ...folders] = text.slice(0, -1).split('/');
  if (!HOST.test(host)) {
    const message = `${what} does not begin with the name of a registry`;
    return { message, fix: "begin with a host, such as 'docker.io/library/'" };
  }
  if (folders.every((folder) => FOLDER.test(folder))) return undefined;
  return { message: `${what} is not the beginning of an image's name`, fix: 'use lower-case letters, digits, . _ -' };
}
