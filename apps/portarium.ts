import { defineProgram, dialectOf, Portarium, PortariumReference } from '../lib';

/** The Portarium platform in each environment that has a `portarium` section. */
export const program = defineProgram({
  name: 'portarium',
  build: (app, environment) => {
    const { name, portarium, profile, dialect, cluster } = environment;
    if (portarium === undefined) return;
    if (profile === 'reference') new PortariumReference(app, 'portarium', portarium);
    else new Portarium(app, 'portarium', { ...portarium, dialect: dialectOf(dialect), cluster, environment: name });
  },
});
