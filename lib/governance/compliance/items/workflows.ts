import { resultOf, type WorkspaceItem } from '../item';

/** Seed 000, validation: "All existing workflows pass end-to-end tests." */
export const workflows: WorkspaceItem = {
  id: 'workflows',
  title: 'All existing workflows pass end-to-end tests',
  judge: (_, { workspace }) =>
    resultOf('live', {
      live: [
        {
          command: `portarium run start --workflow-id <each workflow> --workspace ${workspace}`,
          expected: 'every run starts and ends successfully',
        },
      ],
    }),
};
