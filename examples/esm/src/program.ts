import { defineProgram, dialectOf, Portarium } from 'portcullis';

/** The Portarium platform in every environment that has it. */
export const program = defineProgram({
  name: 'portarium',
  build: (app, { portarium, dialect, cluster, name }) => {
    if (portarium === undefined) return;
    new Portarium(app, 'portarium', { ...portarium, dialect: dialectOf(dialect), cluster, environment: name });
  },
});
