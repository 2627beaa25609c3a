import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { ApiObject, App, Chart } from 'cdk8s';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { program as clawdstrike } from '../../../apps/clawdstrike';
import { program as portarium } from '../../../apps/portarium';
import { defineProgram, type Environment, Peer, Platform, Port } from '../../../lib';
import { environmentName } from '../../../lib/environment/folder';
import { loadEnvironments } from '../../../lib/environment';
import type { KubeObject } from '../../../lib/kube/object';
import { build, isRoot } from '../../../lib/program/build';
import type { Program } from '../../../lib/program/program';
import { type DeployOptions, DeploymentError, deploy } from '../../../lib/pulumi';
import { kubernetes } from '../../../lib/render/network/kubernetes';
import { Recorder, type Registration } from './recorder';

const REPOSITORY = resolve(__dirname, '../../..');
const PROGRAMS = [portarium, clawdstrike];

let recorder: Recorder;

afterEach(() => recorder.settled());

/** Registers what the repository's program registers for a stack. */
async function deployed(stack: string, programs: readonly Program[] = PROGRAMS): Promise<readonly Registration[]> {
  recorder = Recorder.start(stack);
  const { config } = parse(readFileSync(join(REPOSITORY, `Pulumi.${stack}.yaml`), 'utf8'));
  pulumi.runtime.setAllConfig(configured(config));
  deploy({ programs, project: REPOSITORY });
  return recorder.settled();
}

/** As the CLI hands configuration over: texts, and JSON for everything else. */
function configured(config: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
