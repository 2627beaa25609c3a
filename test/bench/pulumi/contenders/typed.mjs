// The same objects as somebody writes them by hand with @pulumi/kubernetes: from literals, nothing declared, nothing
// checked, with each namespace before what is in it, below a component as Pulumi recommends.

import { pathToFileURL } from 'node:url';
import k8s from '@pulumi/kubernetes';
import pulumi from '@pulumi/pulumi';
import { registered } from './engine.mjs';

export async function register({ count, definition, ids }) {
  const { objectsOf } = await import(pathToFileURL(definition).href);
  return registered(() => {
    const provider = new k8s.Provider('cluster', { context: 'bench' });
    const parent = new pulumi.ComponentResource('bench:index:Workspaces', 'bench', {}, { providers: [provider] });
    for (const id of ids.slice(0, count)) {
      const namespaces = {};
      for (const object of objectsOf(id)) {
        const { kind, metadata } = object;
        const name = [metadata.namespace, kind, metadata.name].filter((part) => part !== undefined).join('/');
        const namespace = namespaces[metadata.namespace];
        const options = namespace === undefined ? { parent } : { parent, dependsOn: [namespace] };
        const resource = newResource(name, object, options);
        if (kind === 'Namespace') namespaces[metadata.name] = resource;
      }
    }
  });
}

function newResource(name, object, options) {
  switch (object.kind) {
    case 'Namespace':
      return new k8s.core.v1.Namespace(name, object, options);
    case 'ResourceQuota':
      return new k8s.core.v1.ResourceQuota(name, object, options);
    case 'LimitRange':
      return new k8s.core.v1.LimitRange(name, object, options);
    default:
      return new k8s.apiextensions.CustomResource(name, object, options);
  }
}
