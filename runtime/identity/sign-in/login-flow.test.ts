import { expect, test, vi } from 'vitest'
import { collectLog } from '../../../tests/support/identity.ts'
import { until } from '../../../tests/support/until.ts'
import { StoreUnavailable } from '../../base/errors.ts'
import type { Provider } from '../methods/oidc/provider.ts'
import { ProviderRefusal } from '../provider/provider-refusal.ts'
import { KeyRing, MemoryStore, newSecret } from '../sessions/index.ts'
import type { KeptSessions } from './kept-sessions.ts'
import { LoginFlow } from './login-flow.ts'
import type { Grant } from './session.ts'
import { SignInProblems } from './sign-in-problems.ts'

test('an attempt that the store did not answer leaves the login to the attempt that has it', async () => {
  const store = new MemoryStore()
  const exchange = vi.fn<() => Promise<Grant>>()
  const loginUrl = async (_: unknown, state: string) => `https://id.example/?state=${state}`
  const provider = { method: 'oidc', loginUrl, exchange } as unknown as Provider
  const flow = new LoginFlow({
    ...{ providers: new Map([['staff', provider]]), store, ring: new KeyRing([newSecret()]), clock: Date.now },
    ...{ kept: {} as KeptSessions, problems: new SignInProblems(collectLog(), () => 0) },
  })
  const origin = 'https://app.example'
  const begun = await flow.begin({
    ...{ identity: 'staff', origin, host: 'app.example', returnTo: '/', stepUp: null, prompt: null },
  })
  if (!begun.ok) throw new Error(begun.detail)
  const { search } = new URL(begun.location)
  const finish = async () => {
    const answer = new URL(`${origin}/.iap/callback/staff${search}&code=x`)
    const finished = await flow.finish('staff', { answer, cookies: [begun.cookie], before: null, decodeErrorOf: () => null })
    return finished.ok ? 'ok' : finished.code
  }
  let refuse: (error: Error) => void = () => {}
  exchange.mockReturnValueOnce(
    new Promise((_, reject) => {
      refuse = reject
    }),
  )
  const first = finish()
  await until(() => exchange.mock.calls.length === 1)
  vi.spyOn(store, 'add').mockRejectedValueOnce(new StoreUnavailable('it is away'))
  expect(await finish()).toBe('login-unavailable')
  expect(await finish()).toBe('login-state')
  // An attempt that fails leaves the login to the next one.
  refuse(new ProviderRefusal('no'))
  expect(await first).toBe('login-refused')
  exchange.mockRejectedValueOnce(new ProviderRefusal('no'))
  expect(await finish()).toBe('login-refused')
  await store.close()
})
