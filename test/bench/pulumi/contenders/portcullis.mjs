// The program of the synthesis benchmark, declared through the public API, as Pulumi resources.

import { Provider } from '@pulumi/kubernetes/provider.js';
import { App } from 'cdk8s';
import { ClusterObjects } from 'portcullis/pulumi';
import { declare } from '../../synth/contenders/portcullis.cjs';
import { registered } from './engine.mjs';

export function register({ count }) {
  return registered(() => {
    const app = new App();
    declare(app, count);
    new ClusterObjects('bench', { app, provider: new Provider('cluster', { context: 'bench' }) });
  });
}
