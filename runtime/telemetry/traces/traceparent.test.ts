import { expect, test } from 'vitest'
import { requestWith } from '../../../tests/support/identity.ts'
import { callerTrace, traceIdIn } from './traceparent.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'

test.each([
  [`00-${TRACE}-${SPAN}-01`, true],
  [`00-${TRACE}-${SPAN}-00`, false],
  [`00-${TRACE}-${SPAN}-03`, true],
  [`01-${TRACE}-${SPAN}-01`, true],
  [`cc-${TRACE}-${SPAN}-01-what comes later`, true],
])('%s: sampled is %s', (value, sampled) => {
  const { headers } = requestWith(['traceparent', value])
  expect(callerTrace(headers)).toEqual({ traceId: TRACE, parentId: SPAN, sampled })
  expect(traceIdIn(headers)).toBe(TRACE)
})

test.each([
  '',
  'nonsense',
  `ff-${TRACE}-${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01-more`,
  `00-${TRACE}-${SPAN}-1`,
  `cc-${TRACE}-${SPAN}-01more`,
])('%j is none', (value) => {
  const { headers } = requestWith(['traceparent', value])
  expect([callerTrace(headers), traceIdIn(headers)]).toEqual([null, null])
})

test('two of them are none', () => {
  const line = ['traceparent', `00-${TRACE}-${SPAN}-01`] as const
  expect(callerTrace(requestWith(line, line).headers)).toBeNull()
})
