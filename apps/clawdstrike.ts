import { cilium, defineProgram, dialectOf, Sdr } from '../lib';

/** The detection-and-response stack in each environment that has a `clawdstrike` section. */
export const program = defineProgram({
  name: 'clawdstrike',
  build: (app, { clawdstrike, profile, dialect, cluster }) => {
    if (clawdstrike === undefined) return;
    const { ciliumVersion, ...settings } = clawdstrike;
    const enforcedBy = ciliumVersion === undefined ? dialectOf(dialect) : cilium({ version: ciliumVersion });
    new Sdr(app, 'clawdstrike', { ...settings, dialect: enforcedBy, cluster, profile });
  },
});
