import { expect, test } from 'vitest'
import { crossedFiles } from './crossed-files.ts'

test('a request with a bearer token crosses few files', async () => {
  const { first, known } = await crossedFiles()
  for (const files of [first, known]) {
    expect(files).toContain('runtime/proxy/pipeline/run-stages.ts')
    expect(files).toContain('runtime/telemetry/audit/audit-line.ts')
  }
  expect(first).toContain('runtime/identity/methods/jwt/check-token-claims.ts')
  expect(known).not.toContain('runtime/identity/methods/jwt/check-token-claims.ts')
  expect(first.length, first.join('\n')).toBeLessThanOrEqual(80)
  expect(known.length, known.join('\n')).toBeLessThanOrEqual(55)
})
