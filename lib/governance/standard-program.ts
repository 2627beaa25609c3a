import { dialectOf } from '../environment/dialect';
import { defineProgram } from '../program/program';
import { Portarium } from '../stacks/portarium/portarium';
import { PortariumReference } from '../stacks/portarium/portarium-reference';

/** What an environment file alone describes: its Portarium. For whoever names no program of their own. */
export const standardProgram = defineProgram({
  name: 'portarium',
  build: (app, { name, portarium, profile, dialect, cluster }) => {
    if (portarium === undefined) return;
    if (profile === 'reference') new PortariumReference(app, 'portarium', portarium);
    else new Portarium(app, 'portarium', { ...portarium, dialect: dialectOf(dialect), cluster, environment: name });
  },
});
