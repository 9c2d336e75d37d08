import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { InteropRun } from '../../interop/support/interop-run.ts'
import { root } from '../../interop/support/root.ts'
import { CLEARED_HEADERS } from '../../runtime/proxy/checks/forward-auth/cleared-headers.ts'
import { hasHaproxy } from '../support/haproxy.ts'
import { frontCases, whyNot } from './cases/index.ts'
import { HAPROXY_CHECKS, HAPROXY_SAMPLES, startHaproxyFront } from './haproxy-front.ts'
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
  test.for(cases.map((each) => [each.name, each] as const))('%s', async ([, each], { skip }) => {
    const reason = whyNot(stand, each)
    // Chromium is the only thing that may be missing.
    if (reason !== undefined && each.needs === 'chromium') skip(reason)
    expect(reason).toBeUndefined()
    await each.run(stand)
  })
})

test('the page has lines of the example alone, in their order', () => {
  const linesOf = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
  const example = linesOf(readFileSync(`${root}examples/fronts/haproxy/haproxy.cfg`, 'utf8'))
  let at = -1
  for (const line of linesOf(HAPROXY_SAMPLES[0] ?? '')) {
    const next = example.indexOf(line, at + 1)
    expect(next, line).toBeGreaterThan(at)
    at = next
  }
  expect(HAPROXY_SAMPLES).toHaveLength(3)
})

test('the example removes each header that fronts must remove', () => {
  const text = readFileSync(`${root}examples/fronts/haproxy/haproxy.cfg`, 'utf8')
  const rules = [...text.matchAll(/del-header (\S+) -m (beg|reg)/g)].map(([, pattern = '', how]) =>
    how === 'beg' ? new RegExp(`^${pattern}`) : new RegExp(pattern),
  )
  expect(CLEARED_HEADERS.filter((name) => !rules.some((rule) => rule.test(name)))).toEqual([])
})
