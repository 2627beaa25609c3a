import { defineProgram, dialectOf, Peer, Portarium } from 'portcullis';

const internet = Peer.internet({ reason: 'To prove that no agent reaches it' });

/** Who may talk to whom, in each environment of environments/. */
export const program = defineProgram({
  name: 'platform',
  build: (app, { name, portarium, dialect, cluster }) => {
    if (portarium === undefined) return;
    const platform = new Portarium(app, 'platform', {
      ...portarium,
      dialect: dialectOf(dialect),
      cluster,
      environment: name,
    });
    // What has to hold for every workspace, whatever the settings say. `npm run synth` proves it.
    platform.invariant('agents never reach the internet', ({ agents }) => [
      { holds: 'never', from: agents, to: internet },
    ]);
  },
});
