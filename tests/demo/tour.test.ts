import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

test('the tour goes through its story, and all of it is as the policy says', async () => {
  const { code, output } = await new Promise<{ code: number; output: string }>((resolve) => {
    // What is built is built: the tests beside this one use it at the same time.
    execFile(process.execPath, ['scripts/demo.mjs', '--tour', '--no-build'], { cwd: root }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), output: stdout + stderr })
    })
  })
  expect(output).not.toContain('✗')
  expect(output).toContain('All of it was as the policy says.')
  expect(code).toBe(0)
})
