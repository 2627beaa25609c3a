import { writeFileSync } from 'node:fs';

/** Writes a kubeconfig with one context `test` for a server, and gives back the file. */
export function kubeconfig(file: string, server: string, user = 'token: secret-token'): string {
  // The client library only speaks without TLS where the check of it is off.
  const unchecked = server.startsWith('http:') ? '\n      insecure-skip-tls-verify: true' : '';
  writeFileSync(
    file,
    `apiVersion: v1
kind: Config
current-context: test
clusters:
  - name: cluster
    cluster:
      server: ${server}${unchecked}
users:
  - name: user
    user: { ${user} }
contexts:
  - name: test
    context: { cluster: cluster, user: user }
`,
  );
  return file;
}
