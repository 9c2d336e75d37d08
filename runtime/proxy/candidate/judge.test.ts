import { expect, test } from 'vitest'
import { canonicalize } from '../../../request/index.ts'
import { nobodyLike as facts } from '../../../tests/support/facts.ts'
import { outcome, policyWith } from '../../../tests/support/fake-proxy.ts'
import type { RequestContext } from '../request-context.ts'
import { judge, judgementOf } from './judge.ts'

test('a check without its body is refused by each policy that reads the body', () => {
  const rawHeaders = ['host', 'app.test', 'content-type', 'application/json']
  const canonical = canonicalize({ method: 'POST', target: '/', httpVersion: '1.1', rawHeaders, peer: '192.0.2.1' })
  if (!canonical.ok) throw new Error(canonical.refusal.code)
  const policy = policyWith([outcome('permit')], () => 0, { hasBody: true, early: () => -1 })
  const authentication = { kind: 'anonymous', facts } as const
  const context = {
    proxy: { authenticator: {} },
    ...{ request: canonical.request, incoming: { isCut: true, socket: {} }, arrived: 0, body: null, policy, authentication },
    ...{ route: policy.module.routes[0], effect: 'reject', code: 'body-incomplete' },
  } as unknown as RequestContext
  const refused = { route: 'app.any', service: 'app', effect: 'reject', reason: 'body-incomplete' }
  expect(judge(policy, context, authentication)).toMatchObject(refused)
  expect(judgementOf(context)).toMatchObject(refused)
})
