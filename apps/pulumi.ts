import { deploy } from '../lib/pulumi';
import { program as clawdstrike } from './clawdstrike';
import { program as portarium } from './portarium';

const deployment = deploy({ programs: [portarium, clawdstrike] });

/** The environment of the stack, which has the same name. */
export const environment = deployment.environment;

/** Numbers of objects, by program. */
export const objects = Object.fromEntries(
  Object.entries(deployment.programs).map(([program, { resources }]) => [program, resources.size]),
);
