import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import * as index from '../../lib';
import { builtPackage } from './cli/build';

const { folder } = builtPackage();

/** What a program prints that runs beside the package. */
function run(program: string, ...options: string[]): unknown {
  const output = execFileSync(process.execPath, [...options, '-e', program], { cwd: folder, encoding: 'utf8' });
  return JSON.parse(output);
}

describe('the compiled index', () => {
  test('exports what the source exports', () => {
    const types = run(`
      const index = require('portcullis');
      console.log(JSON.stringify(Object.fromEntries(Object.keys(index).map((name) => [name, typeof index[name]]))));
    `);
    expect(types).toEqual(Object.fromEntries(Object.entries(index).map(([name, value]) => [name, typeof value])));
  });

  test('loads no module before something in it is asked for', () => {
    const loaded = run(`
      const own = () => Object.keys(require.cache).filter((file) => !file.includes('node_modules'));
      const index = require('portcullis');
      const before = own().length;
      const { Platform, Workspace, synthesize } = index;
      const all = own();
      console.log(JSON.stringify({ before, rooms: ['platform', 'stacks', 'fleet', 'observability'].filter(
        (room) => all.some((file) => file.includes(room + '/')),
      ) }));
    `);
    expect(loaded).toEqual({ before: 1, rooms: ['platform'] });
  });

  test('has modules of which each can be the first to be loaded', () => {
    const broken = run(`
      const names = Object.keys(require('portcullis'));
      const broken = names.filter((name) => {
        for (const file of Object.keys(require.cache)) if (!file.includes('node_modules')) delete require.cache[file];
        try {
          return require('portcullis')[name] === undefined;
        } catch {
          return true;
        }
      });
      console.log(JSON.stringify({ names: names.length, broken }));
    `);
    expect(broken).toEqual({ names: Object.keys(index).length, broken: [] });
  });

  test('lets programs import by name', () => {
    const names = Object.keys(index).join(', ');
    const program = `import { ${names} } from 'portcullis'; console.log(JSON.stringify([${names}].includes(undefined)));`;
    expect(run(program, '--input-type=module')).toBe(false);
  });
});
