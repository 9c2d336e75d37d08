import { expect, test, vi } from 'vitest'
import { collectLog } from '../../../tests/support/identity.ts'
import { StoreUnavailable } from '../../base/errors.ts'
import { credentialKey } from '../last-credential.ts'
import type { LogoutTokens } from '../methods/oidc/logout-token.ts'
import { Revocations } from '../revocation/index.ts'
import { KeyRing, MemoryStore, newHandle, newSecret, storeKey } from '../sessions/index.ts'
import { SignIn } from './sign-in.ts'

function signInWith(store: MemoryStore, logoutTokens: Partial<LogoutTokens> = {}, provider?: object): SignIn {
  return new SignIn({
    providers: new Map(provider === undefined ? [] : [['staff', { method: 'oidc', config: provider } as never]]),
    logoutTokens: logoutTokens as LogoutTokens,
    store,
    ring: new KeyRing([newSecret()]),
    loginRing: new KeyRing([newSecret()]),
    idle: 60_000,
    lifetime: 60_000,
    perSubject: 100,
    clock: Date.now,
    monotonic: () => performance.now(),
    log: collectLog(),
    fetchTimeout: 1000,
    revocations: new Revocations(),
  })
}

test('of a session that ends the credential is told, as it is that of its callers, and of nothing else', async () => {
  const store = new MemoryStore(Date.now)
  const signIn = signInWith(store)
  const ended: string[] = []
  signIn.onEnd((credential) => ended.push(credential))
  const handle = newHandle()
  const keys = [storeKey('session', 'app.test', handle), storeKey('jti', 'staff', 'x')]
  for (const key of keys) await store.put(key, 'sealed', { until: Date.now() + 60_000 })
  await store.end(keys)
  expect(ended).toEqual([credentialKey('', `app.test\n${handle}`)])
  await signIn.close()
})

test('a logout token that could not be obeyed is obeyed when it comes again, and then no more', async () => {
  const store = new MemoryStore(Date.now)
  const token = { ok: true, identity: 'staff', sid: null, subject: 'ann', jti: 'one', until: Date.now() + 60_000 } as const
  const signIn = signInWith(store, { check: async () => token }, { issuer: 'https://id.example', clientId: 'iap' })
  const end = vi.spyOn(store, 'endTagged').mockRejectedValueOnce(new StoreUnavailable('it is away'))
  await expect(signIn.backChannel('x')).rejects.toThrow('it is away')
  expect(await signIn.backChannel('x')).toMatchObject({ ok: true })
  expect(await signIn.backChannel('x')).toMatchObject({ ok: false })
  expect(end).toHaveBeenCalledTimes(2)
  await signIn.close()
})
