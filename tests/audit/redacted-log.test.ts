import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { startTestProxy, type TestProxy } from '../support/start-test-proxy.ts'

let app: TestProxy
beforeAll(async () => {
  app = await startTestProxy(['http://127.0.0.1:1'], { sinks: ['{ file: ./other.jsonl, redact: { omit: [detail] } }'] })
})
afterAll(() => app?.close())

test('the log does not hold what a sink redacts of a refused credential', async () => {
  const bearer = app.bearer({ aud: 'https://partner-7.example' })
  await ask(app.port, 'GET /users/a', [`Authorization: ${bearer}`])
  const lines = app.log.filter((line) => line.includes('a credential is refused'))
  expect(lines.length).toBe(1)
  expect(lines[0]).toContain('[redacted]')
  expect(app.log.join('\n')).not.toContain('partner-7')
})
