import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalize } from '../../../request/index.ts'
import { collectLog, fakePolicy, NO_METHOD } from '../../../tests/support/identity.ts'
import { MOST_TIME, timed } from '../../../tests/support/processor-time.ts'
import { createAuthenticator } from '../create-authenticator.ts'
import type { LogoutTokens } from '../methods/oidc/logout-token.ts'
import type { OidcConfig } from '../methods/oidc/oidc-config.ts'
import { Revocations } from '../revocation/index.ts'
import { KeyRing, MemoryStore, newHandle, newSecret } from '../sessions/index.ts'
import { DEFAULT_MFA } from '../token/read-authentication.ts'
import { KeptSessions } from './kept-sessions.ts'
import { SignIn } from './sign-in.ts'

const RUNS = process.env.IAP_FULL === '1' ? 200_000 : 5_000
const HOST = 'app.localhost'
const NAME = 'iap-session'
const good = newHandle()

const config = {
  ...{ issuer: 'https://id.example', clientId: 'iap', clockSkew: 30_000, mfa: DEFAULT_MFA, algorithms: null },
} as unknown as OidcConfig

/** What a forger has: a good handle that is not quite right, the names of the cookies, and all the time in the world. */
const letters = fc.constantFrom(...'ABCxyz019-_=;, "%.\\\t')
const mutated = fc
  .tuple(fc.nat(good.length - 1), letters, fc.constantFrom('replace', 'insert', 'remove', 'cut', 'double'))
  .map(([at, letter, how]) => {
    if (how === 'cut') return good.slice(0, at)
    if (how === 'double') return good.slice(0, at) + good
    return good.slice(0, at) + (how === 'remove' ? '' : letter) + good.slice(how === 'insert' ? at : at + 1)
  })
  .filter((text) => text !== good)
const values = fc.oneof(
  mutated,
  fc.constant(null).map(() => newHandle()),
  fc.array(letters, { maxLength: 100 }).map((all) => all.join('')),
  fc.constantFrom(
    '',
    `${good}${good}`,
    'A'.repeat(43),
    'x'.repeat(8000),
    `${good}=`,
    `"${good}"`,
    encodeURIComponent(`${good};`),
  ),
)
const names = fc.constantFrom(NAME, NAME, NAME, '__Host-iap-session', 'IAP-SESSION', `${NAME} `, `x${NAME}`, 'iap-login-a', '')
const others = fc.constantFrom('', 'a=b; ', '; ; ', `${NAME}; `, `x=${NAME}=1; `)
const lines = fc
  .tuple(others, fc.array(fc.tuple(names, values), { minLength: 1, maxLength: 4 }))
  .map(([before, pairs]) => before + pairs.map(([name, value]) => `${name}=${value}`).join('; '))

test(`${RUNS} cookies: none but the session's own authenticates, none throws, none takes long`, async () => {
  const store = new MemoryStore()
  const ring = new KeyRing([newSecret()])
  const times = { idle: 600_000, lifetime: 600_000, perSubject: 100, clock: Date.now }
  const signIn = new SignIn({
    ...times,
    ...{ store, ring, loginRing: ring, log: collectLog(), fetchTimeout: 1000, monotonic: () => performance.now() },
    providers: new Map([['staff', { method: 'oidc', config, status: () => [] } as never]]),
    logoutTokens: {} as LogoutTokens,
    revocations: new Revocations(),
  })
  const kept = new KeptSessions({ ...times, store, ring, log: collectLog(), configOf: () => config })
  const grant = {
    ...{ subject: 'ann', signed: { sub: 'ann' }, told: {}, sid: null, ends: null, signOut: null },
    ...{ refreshToken: null, accessToken: null, expiresIn: null },
  }
  await kept.put(kept.keyOf(good, HOST), kept.make('staff', HOST, config, grant))
  const authenticator = createAuthenticator(
    { staff: { ...NO_METHOD, oidc: config } },
    { clock: Date.now, log: collectLog(), signIn },
  )
  const policy = fakePolicy()
  const ask = (host: string, cookie: string) => {
    const rawHeaders = ['host', host, 'cookie', cookie]
    const made = canonicalize({ method: 'GET', target: '/', httpVersion: '1.1', rawHeaders, peer: '127.0.0.1' })
    return made.ok ? authenticator.authenticate(made.request, policy, {}) : null
  }
  expect(await ask(HOST, `${NAME}=${good}`)).toMatchObject({ kind: 'caller', subject: 'ann' })
  // It is of one host.
  expect(await ask('other.localhost', `${NAME}=${good}`)).toMatchObject({ kind: 'refused' })
  expect(await ask(HOST, `${NAME}=${good}; ${NAME}=${good}`)).toMatchObject({ kind: 'refused' })
  const seen = new Map<string, number>()
  let longest = 0
  await fc.assert(
    fc.asyncProperty(lines, async (line) => {
      const [answer, took] = await timed(() => ask(HOST, line))
      longest = Math.max(longest, took)
      const kind = answer === null ? 'malformed' : answer.kind
      if (kind === 'caller') throw new Error('it authenticates')
      seen.set(kind, (seen.get(kind) ?? 0) + 1)
    }),
    { seed: 20_261_127, numRuns: RUNS },
  )
  // They reach every stage.
  for (const kind of ['refused', 'anonymous']) expect(seen.get(kind) ?? 0, kind).toBeGreaterThan(50)
  expect(longest).toBeLessThan(MOST_TIME)
  await signIn.close()
  // With IAP_FULL=1, many times as many.
}, 600_000)
