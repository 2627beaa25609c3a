// Stands in for pulumi-resource-kubernetes where that is not on the PATH: a cluster in a JSON file, to which Pulumi's
// engine talks over the same protocol. It keeps objects as they come, and a log of what was done in which order.
//
//   CLUSTER=file.json node provider.mjs     prints the port that it listens on

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import provider from '@pulumi/pulumi/provider/index.js';

const file = process.env.CLUSTER;

function read() {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { objects: {}, log: [] };
}

function change(done, id, apply) {
  const cluster = read();
  apply(cluster.objects);
  cluster.log.push({ done, id });
  writeFileSync(file, JSON.stringify(cluster));
}

function idOf({ kind, metadata }) {
  return [metadata.namespace, kind, metadata.name].filter((part) => part !== undefined).join('/');
}

provider.main(
  {
    version: '4.34.2',
    check: async (_urn, _olds, inputs) => ({ inputs }),
    diff: async (_id, _urn, before, after) => ({ changes: !isDeepStrictEqual(before, after) }),
    create: async (_urn, object) => {
      const id = idOf(object);
      // As the API server does.
      if (read().objects[id] !== undefined) throw new Error(`${id} already exists`);
      change('create', id, (objects) => {
        objects[id] = object;
      });
      return { id, outs: object };
    },
    update: async (id, _urn, _before, object) => {
      change('update', id, (objects) => {
        objects[id] = object;
      });
      return { outs: object };
    },
    delete: async (id) => {
      change('delete', id, (objects) => {
        delete objects[id];
      });
    },
    read: async (id) => {
      const object = read().objects[id];
      return object === undefined ? {} : { id, props: object, inputs: object };
    },
  },
  process.argv.slice(2),
);
