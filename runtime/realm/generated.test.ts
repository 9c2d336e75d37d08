import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

test('the scripts are what program/ and runtime/abi make', () => {
  expect(() => execFileSync(process.execPath, ['scripts/generate-realm.mjs', '--check'], { stdio: 'pipe' })).not.toThrow()
})
