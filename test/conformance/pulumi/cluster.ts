import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { hasTool } from '../support';

/** Everything that an operation did, in order. */
export interface Done {
  readonly done: 'create' | 'update' | 'delete';
  /** `<namespace>/<kind>/<name>` */
  readonly id: string;
}

/** What the provider deploys to. */
export interface Cluster {
  /** For the environment of the engine, and so of the provider. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the configuration of a stack says about the cluster: `portcullis:kubeconfig`. */
  readonly kubeconfig?: string;
  /** What the provider did since this was asked last. */
  done(): Promise<readonly Done[]>;
  /** The ids of the objects that are there. */
  ids(): Promise<readonly string[]>;
  /** Somebody opens a NetworkPolicy behind Pulumi's back. */
  open(id: string): Promise<void>;
  stop(): Promise<void>;
}

export const PROVIDER = 'pulumi-resource-kubernetes';

/** What the API server of these suites is made of. */
const SERVER = ['etcd', 'kube-apiserver'];

/** Why the stand-in runs; goes into the table of docs/conformance.md. */
export const NO_PROVIDER = `a stand-in takes the place of the Kubernetes provider and its cluster: no ${PROVIDER} is on the PATH, and it was not built since the Go proxy refuses its module (403 for github.com/pulumi/pulumi-kubernetes/provider/v4)`;
const NO_SERVER = `a stand-in takes the place of the Kubernetes provider and its cluster: ${PROVIDER} is on the PATH, but ${SERVER.join(' or ')} was left out`;

/** Why the real provider cannot deploy to a real API server here; nothing if it can. */
export function whyStandIn(
  searched = process.env.PATH ?? '',
  has: (tool: string) => boolean = hasTool,
): string | undefined {
  if (!searched.split(path.delimiter).some((folder) => isProgram(path.join(folder, PROVIDER)))) return NO_PROVIDER;
  return SERVER.every(has) ? undefined : NO_SERVER;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
