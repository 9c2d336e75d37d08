import { expect, test } from 'vitest'
import { collectLog } from '../../../tests/support/identity.ts'
import { Revocations } from '../../revocation/index.ts'
import { KeyRing, MemoryStore, newHandle, newSecret, storeKey } from '../../sessions/index.ts'
import { credentialKey } from '../last-credential.ts'
import type { LogoutTokens } from '../oidc/logout-token.ts'
import { SignIn } from './sign-in.ts'

test('of a session that ends the credential is told, as it is that of its callers, and of nothing else', async () => {
  const store = new MemoryStore(Date.now)
  const signIn = new SignIn({
    providers: new Map(),
    logoutTokens: {} as LogoutTokens,
    store,
    ring: new KeyRing([newSecret()]),
    idle: 60_000,
    lifetime: 60_000,
    clock: Date.now,
    monotonic: () => performance.now(),
    log: collectLog(),
    fetchTimeout: 1000,
    revocations: new Revocations(),
  })
  const ended: string[] = []
  signIn.onEnd((credential) => ended.push(credential))
  const handle = newHandle()
  const keys = [storeKey('session', 'app.test', handle), storeKey('jti', 'staff', 'x')]
  for (const key of keys) await store.put(key, 'sealed', { until: Date.now() + 60_000 })
  await store.end(keys)
  expect(ended).toEqual([credentialKey('', `app.test\n${handle}`)])
  await signIn.close()
})
