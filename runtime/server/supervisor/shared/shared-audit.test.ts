import { expect, test } from 'vitest'
import { poll } from '../../../../tests/support/until.ts'
import { type AuditLog, createAuditLog } from '../../../telemetry/audit/index.ts'
import { SharedAudit } from './shared-audit.ts'

test('what the logs of configurations before have lost stays lost', async () => {
  const audit = new SharedAudit({ info: () => {}, warn: () => {}, error: () => {} })
  expect(audit.figures).toEqual({ dropped: 0, waitingBytes: 0 })
  const before = fakeLog({ dropped: 3, waitingBytes: 100 })
  audit.use(before, [])
  expect(audit.figures).toEqual({ dropped: 3, waitingBytes: 100 })
  // The same one again.
  audit.use(before, [])
  expect(audit.figures.dropped).toBe(3)
  audit.use(fakeLog({ dropped: 1, waitingBytes: 7 }), [])
  expect(audit.figures.dropped).toBe(4)
  // What waited for a place that is away is lost when it is closed, at the latest.
  await poll(() => audit.figures).toEqual({ dropped: 5, waitingBytes: 7 })
  await audit.close()
})

/** One of which another record is lost when it is closed. */
function fakeLog(figures: { dropped: number; waitingBytes: number }): AuditLog {
  const log = createAuditLog([])
  const close = async () => {
    figures.dropped += 1
  }
  return Object.defineProperties(
    { ...log, close },
    { dropped: { get: () => figures.dropped }, waitingBytes: { get: () => figures.waitingBytes } },
  )
}
