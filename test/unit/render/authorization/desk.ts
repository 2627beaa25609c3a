import type { Authorization } from '../../../../lib/model/authorization/authorization';

/** Three agents with every kind of grant between them. */
export const DESK: Authorization = {
  agents: [
    {
      name: 'ws-finance/agent',
      namespace: 'ws-finance',
      capabilities: ['payment:process', 'invoice:read', 'invoice:create'],
      tasks: [
        { task: 'pay-invoices', capabilities: ['payment:process', 'invoice:read'], purpose: 'Pay what is due' },
        { task: 'summarize', capabilities: 'none', purpose: 'Write the weekly summary' },
      ],
      messages: [{ to: 'ws-support/agent', purpose: 'Tell customers of payments' }],
      vaults: [{ vault: 'Payments EU', purpose: 'Key of the payment provider' }],
      delegations: [{ to: 'auditor', capabilities: ['invoice:read'], purpose: 'Yearly audit' }],
      reads: [{ namespace: 'ws-support', purpose: 'Match payments with tickets' }],
    },
    {
      name: 'ws-support/agent',
      namespace: 'ws-support',
      capabilities: ['ticket:read'],
      tasks: [{ task: 'answer-tickets', capabilities: ['ticket:read'], purpose: 'Answer customers' }],
      vaults: [{ vault: 'tickets', purpose: 'Token of the ticket system' }],
    },
    { name: 'ws-research/agent', namespace: 'ws-research', capabilities: 'none' },
  ],
};
