import { afterAll, beforeAll, describe, test } from 'vitest'
import { InteropRun } from '../../interop/support/interop-run.ts'
import { hasHaproxy } from '../support/haproxy.ts'
import { frontCases, whyNot } from './cases/index.ts'
import { HAPROXY_CHECKS, startHaproxyFront } from './haproxy-front.ts'
import { type Stand, startStand } from './stand.ts'

let run: InteropRun
let stand: Stand

beforeAll(async () => {
  if (!hasHaproxy()) return
  run = new InteropRun('haproxy')
  stand = await startStand(run, {
    checks: HAPROXY_CHECKS,
    async start(backends) {
      const front = await startHaproxyFront(backends)
      run.defer(() => front.close())
      return front
    },
  })
})

afterAll(() => run?.cleanUp())

describe.skipIf(!hasHaproxy()).each(Object.entries(frontCases))('HAProxy: %s', (_, cases) => {
  test.each(cases.map((each) => [each.name, each] as const))('%s', async (_, each) => {
    const reason = whyNot(stand, each)
    if (reason === undefined) await each.run(stand)
    // Chromium is the only ability that HAProxy, or the machine, may lack.
    else if (each.needs !== 'chromium') throw new Error(reason)
  })
})
