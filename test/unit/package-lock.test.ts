import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly inBundle?: true;
  readonly optional?: true;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const LOCK = JSON.parse(readFileSync(join(__dirname, '../../package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};

test('names no registry', () => {
  const resolved = Object.entries(LOCK.packages).filter(([, { resolved: url }]) => url?.startsWith('http'));
  expect(resolved).toEqual([]);
});

test('lists the packages of every platform, or npm ci refuses it elsewhere', () => {
  const missing = Object.entries(LOCK.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in LOCK.packages) && !(`${path}/node_modules/${name}` in LOCK.packages),
    ),
  );
  expect(missing).toEqual([]);
});

test('carries the checksum of every package, which npm ci verifies', () => {
  const unverified = Object.entries(LOCK.packages).filter(
    // What another package brings with it has no checksum of its own; what only another platform needs has none yet.
    ([path, { integrity, inBundle, optional }]) =>
      path !== '' && !inBundle && !optional && !integrity?.startsWith('sha512-'),
  );
  expect(unverified.map(([path]) => path)).toEqual([]);
});
