import { defineCommand } from '../command.ts'

export const run = defineCommand({
  name: 'run',
  summary: 'the proxy',
  operands: '',
  takes: { least: 0, most: 0 },
  flags: {},
  async run() {
    return 2
  },
})
