import { accessClaims, token } from './issuer.ts'
import type { Fixture } from './start-fixture.ts'
import type { Tokens } from './threat-case.ts'
import { valuesOf } from './upstream.ts'
import { exchange, get } from './wire.ts'

/** What cases put on the wire, of a proxy that was just started. `port`: of a listener that forwards. */
export async function tokensFor({ issuer, port, upstream }: Pick<Fixture, 'issuer' | 'port' | 'upstream'>): Promise<Tokens> {
  const user = token(issuer)
  const admin = token(issuer, accessClaims(issuer, { sub: 'ada', groups: ['admins'] }))
  await exchange(port, get('/api/x', `Authorization: Bearer ${user}`))
  const assertion = upstream.take().flatMap((seen) => valuesOf(seen, 'x-iap-assertion'))[0]
  if (assertion === undefined) throw new Error('the service got no assertion')
  return { issuer, user, admin, assertion }
}
