import { deploy } from 'portcullis/pulumi';
import { program } from './platform';

const deployment = deploy({ programs: [program] });

/** The environment of the stack, which has the same name. */
export const environment = deployment.environment;

/** Number of objects. */
export const objects = Object.values(deployment.programs).reduce((sum, { resources }) => sum + resources.size, 0);
