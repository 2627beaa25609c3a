// Makes the programs that the conformance tests run. tools/tools.json lists them, the most useful first, with what they
// are made of: a Go module in the folder of that name, a package of Debian, or definitions that a Go module publishes.
//
//   node test/conformance/build-tools.mjs [--without NAME]... [NAME]...
//
// Building all of them takes BUILD_MINUTES (45) at most. What is not ready by then is left out by name, and so are the
// suites that need it. EXCLUDE names tools to leave out, separated by commas.
//
// The tests build through setup(), which vitest calls before the first test.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { debianToolVersion, unpackDebianTool, unpackedDebianTool } from './debian-tool.mjs';
import { fetchDefinitions, fetchedDefinitions } from './definitions-tool.mjs';
import { buildGoTool, builtGoTool, goFolders, goToolVersion } from './go-tool.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const leftOutFile = path.join(here, '.cache', 'left-out.json');
const DEFAULT_MINUTES = 45;

/** All tools, in the order in which they are made. */
export const TOOLS = JSON.parse(readFileSync(path.join(here, 'tools', 'tools.json'), 'utf8'));

/** The path of a tool that is ready. */
export function readyTool(tool) {
  if (tool.definitions !== undefined) return fetchedDefinitions(tool);
  return tool.package === undefined ? builtGoTool(tool) : unpackedDebianTool(tool);
}

/** The version that is tested against. */
export function toolVersion(tool) {
  if (tool.definitions !== undefined) return tool.version;
  return tool.package === undefined ? goToolVersion(tool) : debianToolVersion(tool);
}

/**
 * Makes the tools that are missing.
 * @param names of those that are wanted
 * @param without names of those that somebody leaves out on purpose
 * @returns what was left out, and why; and the names of what could not be made
 */
export function makeTools({ names, without = [], minutes = budget() }) {
  refuseUnknown([...names, ...without]);
  const end = Date.now() + minutes * 60_000;
  const leftOut = {};
  const failed = [];
  for (const tool of TOOLS.filter(({ name }) => names.includes(name))) {
    const { name } = tool;
    if (without.includes(name)) {
      leftOut[name] = 'excluded by name';
    } else if (readyTool(tool) !== undefined) {
      console.log(`${name}: up to date`);
    } else {
      const started = Date.now();
      const make = maker(tool);
      const { error, timedOut = false } = end > started ? make(tool, end - started) : { timedOut: true };
      const seconds = `${((Date.now() - started) / 1000).toFixed(1)} s`;
      if (timedOut) leftOut[name] = `not ready within the ${minutes} minutes for building`;
      else if (error === undefined) console.log(`${name}: built in ${seconds}`);
      else {
        console.error(`${name}: cannot be built: ${error}`);
        failed.push(name);
      }
    }
    if (leftOut[name] !== undefined) console.log(`${name}: left out, ${leftOut[name]}`);
  }
  return { leftOut, failed };
}

function maker(tool) {
  if (tool.definitions !== undefined) return fetchDefinitions;
  return tool.package === undefined ? buildGoTool : unpackDebianTool;
}

/** vitest's global setup: makes what the suites of this run need. What cannot be built fails the run when all others ran. */
export async function setup(project) {
  const files = await suites(project);
  const names = needed(files);
  const { leftOut, failed } = makeTools({ names, without: excluded() });
  for (const file of files) {
    const missing = needed([file]).filter((name) => leftOut[name] !== undefined || failed.includes(name));
    if (missing.length > 0) console.log(`${path.basename(file)}: left out, it needs ${missing.join(' and ')}`);
  }
  mkdirSync(path.dirname(leftOutFile), { recursive: true });
  writeFileSync(leftOutFile, JSON.stringify(leftOut));
  const ready = TOOLS.filter(
    (tool) => names.includes(tool.name) && leftOut[tool.name] === undefined && readyTool(tool),
  );
  project.provide('tools', Object.fromEntries(ready.map((tool) => [tool.name, readyTool(tool)])));
  return () => {
    if (failed.length === 0) return;
    console.error(`cannot be built: ${failed.join(', ')}; EXCLUDE=${failed.join(',')} leaves them out`);
    process.exitCode = 1;
  };
}

/** The suites that this run is about: all, or those that were named. */
async function suites(project) {
  const { testFiles } = await project.globTestFiles(project.vitest.filenamePattern ?? []);
  return testFiles;
}

/** The tools that suites ask for with hasTool(). */
function needed(files) {
  const texts = files.map((file) => readFileSync(file, 'utf8'));
  return [...new Set(texts.flatMap((text) => [...text.matchAll(/\bhasTool\('([^']+)'\)/g)].map(([, name]) => name)))];
}

function excluded() {
  return (process.env.EXCLUDE ?? '').split(/[\s,]+/).filter((name) => name !== '');
}

function budget() {
  const { BUILD_MINUTES = '' } = process.env;
  const minutes = BUILD_MINUTES === '' ? DEFAULT_MINUTES : Number(BUILD_MINUTES);
  if (!(minutes >= 0)) throw new Error(`BUILD_MINUTES=${BUILD_MINUTES} is no number of minutes`);
  return minutes;
}

function refuseUnknown(names) {
  const known = TOOLS.map(({ name }) => name);
  const unlisted = goFolders().filter((name) => !known.includes(name));
  if (unlisted.length > 0) throw new Error(`tools/tools.json does not list ${unlisted.join(', ')}`);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new Error(`there is no tool ${unknown.join(', ')}; the tools are ${known.join(', ')}`);
}

function main() {
  const options = { without: { type: 'string', multiple: true, default: [] } };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const names = positionals.length > 0 ? positionals : TOOLS.map(({ name }) => name);
  const { failed } = makeTools({ names, without: [...values.without, ...excluded()] });
  return failed.length === 0 ? 0 : 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    process.exitCode = main();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 2;
  }
}
