import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { buildProgram } from '../../bench/run-program.ts'
import { HANG } from '../support/until.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

// Node 20 blocked forever after some thousand keys; of a process that makes only one, now and then.
test('keys are generated and exported while the garbage collector runs', async () => {
  const program = await buildProgram(root, 'tests/identity/key-program.ts')
  const words = ['--max-semi-space-size=1', program]
  expect(execFileSync(process.execPath, words, { encoding: 'utf8', timeout: HANG })).toBe('5000\n')
})
