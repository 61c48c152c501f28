import type { Command } from './command.ts'
export const demo: Command = { usage: 'demo', says: 'Starts the demo hospital.', run: () => Promise.resolve(1) }
