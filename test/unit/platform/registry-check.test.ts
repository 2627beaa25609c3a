import { describe, expect, test } from 'vitest';
import { platform } from './build';

describe('registries', () => {
  test.each([
    [[], 'no registry is approved'],
    [['ghcr.io/ours'], 'does not end in a slash'],
    [['https://ghcr.io/'], 'is a URL'],
    [['ours/'], 'does not begin with the name of a registry'],
    [['ghcr.io//'], "is not the beginning of an image's name"],
    [["ghcr.io/a'b/"], "is not the beginning of an image's name"],
  ])('%j: %s', (registries, message) => {
    expect(() => platform({ registries })).toThrow(message);
  });

  test.each(['ghcr.io/', 'localhost:5000/', 'registry.example.com:5000/a/b-c/'])('%s', (registry) => {
    expect(platform({ registries: [registry] }).registries).toEqual([registry]);
  });
});
