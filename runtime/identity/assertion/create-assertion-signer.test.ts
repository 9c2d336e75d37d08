import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterEach, describe, expect, test } from 'vitest'
import { createVerifier } from '../../../sdk/verify/index.ts'
import { factsLike, nobodyLike } from '../../../tests/support/facts.ts'
import { collectLog, manualClock } from '../../../tests/support/identity.ts'
import type { Anonymous, Caller } from '../authentication.ts'
import { type AssertionConfig, type AssertionSigner, createAssertionSigner } from './create-assertion-signer.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 0, 1, 12, 0, 30)

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'iap-assertion-'))
  folders.push(folder)
  return folder
}

const clock = manualClock(START)
const deps = { clock, log: collectLog() }

async function signer(changes: Partial<AssertionConfig> = {}): Promise<AssertionSigner> {
  return await createAssertionSigner({ issuer: 'iap', lifetime: 120_000, state: null, rotation: 30 * DAY, ...changes }, deps)
}

function caller(changes: Partial<Caller> = {}): Caller {
  return {
    kind: 'caller',
    identity: 'staff',
    method: 'jwt',
    subject: 'ann',
    claims: { sub: 'ann', secret: 'not declared' },
    facts: factsLike({ roles: [3], caller: { sub: 'ann', email: undefined, groups: new Set(['a', 'b']) } }),
    credential: 'c',
    credentialId: 'c',
    issued: START / 1000,
    expires: START / 1000 + 300,
    consumed: ['authorization'],
    ambient: false,
    ...changes,
  }
}

const anonymous: Anonymous = { kind: 'anonymous', facts: nobodyLike }

const verify = (jwt: string, from: AssertionSigner, audience = 'orders') =>
  createVerifier({ audience, jwks: from.jwks(), clock }).verify(jwt)

describe('what an assertion says', () => {
  test('a caller: who, for whom, for how long, and the claims that the policy declares', async () => {
    clock.set(START)
    const signing = await signer({ issuer: 'https://iap.example', lifetime: 300_000 })
    const jwt = signing.sign(caller(), 'orders')
    const kid = signing.jwks().keys[0]?.kid
    expect(decodeProtectedHeader(jwt)).toEqual({ alg: 'ES256', typ: 'iap-assertion+jwt', kid })
    expect(decodeJwt(jwt)).toEqual({
      iss: 'https://iap.example',
      aud: 'orders',
      sub: 'ann',
      identity: 'staff',
      claims: { sub: 'ann', groups: ['a', 'b'] },
      iat: START / 1000,
      nbf: START / 1000,
      exp: START / 1000 + 300,
    })
  })

  test('nobody: the request came through the proxy, and nobody is behind it', async () => {
    clock.set(START)
    const signing = await signer()
    expect(await verify(signing.sign(anonymous, 'orders'), signing)).toEqual({ identity: 'anonymous', subject: null, claims: {} })
  })

  test('typed values as JSON: maps, records, lists; names that JavaScript has plans for', async () => {
    clock.set(START)
    const signing = await signer()
    const typed = {
      level: 3,
      on: false,
      tags: new Map([['__proto__', ['x']]]),
      spiffe: { path: '/ns/x' },
      none: undefined,
      since: 1_772_442_000_500_000_000n,
      idle: 90_000_000_000n,
    }
    const { claims } = await verify(signing.sign(caller({ facts: factsLike({ caller: typed }) }), 'orders'), signing)
    expect(JSON.stringify(claims)).toBe(
      '{"level":3,"on":false,"tags":{"__proto__":["x"]},"spiffe":{"path":"/ns/x"},"since":1772442000.5,"idle":90}',
    )
  })

  test('a subject where the method has none', async () => {
    clock.set(START)
    const signing = await signer()
    expect(await verify(signing.sign(caller({ subject: null }), 'orders'), signing)).toMatchObject({
      subject: null,
      identity: 'staff',
    })
  })
})

describe('what a service refuses', () => {
  test.each([
    ['an assertion for another service', 'catalog', 0, 'assertion-audience'],
    ['one that has expired', 'orders', 151_000, 'assertion-expired'],
    ['one that is not valid yet', 'orders', -31_000, 'assertion-not-yet-valid'],
  ] as const)('%s', async (_, audience, later, code) => {
    clock.set(START)
    const signing = await signer()
    const jwt = signing.sign(caller(), 'orders')
    clock.advance(later)
    await expect(verify(jwt, signing, audience)).rejects.toMatchObject({ code })
  })

  test('one signed by another proxy, or by nobody', async () => {
    clock.set(START)
    const signing = await signer()
    const jwt = signing.sign(caller(), 'orders')
    await expect(verify(jwt, await signer())).rejects.toMatchObject({ code: 'assertion-key' })
    await expect(verify(`${jwt.slice(0, -8)}AAAAAAAA`, signing)).rejects.toMatchObject({ code: 'assertion-signature' })
    await expect(verify(`${jwt.split('.').slice(0, 2).join('.')}.`, signing)).rejects.toMatchObject({
      code: 'assertion-malformed',
    })
  })
})

describe('one signature a minute', () => {
  test('per authentication and service', async () => {
    clock.set(START)
    const signing = await signer()
    const ann = caller()
    const first = signing.sign(ann, 'orders')
    clock.advance(29_000)
    expect(signing.sign(ann, 'orders')).toBe(first)
    expect(signing.sign(ann, 'catalog')).not.toBe(first)
    expect(signing.sign(caller(), 'orders')).not.toBe(first)
    clock.advance(1_000)
    const next = signing.sign(ann, 'orders')
    expect(decodeJwt(next).iat).toBe(START / 1000 + 30)
  })
})

describe('keys', () => {
  test('are published without their private part, under their RFC 7638 thumbprint', async () => {
    const [key] = (await signer()).jwks().keys
    expect(Object.keys(key ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    const { crv, kty, x, y } = key ?? {}
    expect(key?.kid).toBe(createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url'))
  })

  test('follow each other with overlap: every assertion verifies with the keys of an hour before, and for its whole life', async () => {
    clock.set(START)
    const signing = await signer({ rotation: 3 * DAY })
    const kids = new Set<string>()
    let before = signing.jwks().keys.map(({ kid }) => kid)
    for (let hour = 0; hour < 24 * 14; hour += 1) {
      const jwt = signing.sign(caller(), 'orders')
      const kid = String(decodeProtectedHeader(jwt).kid)
      kids.add(kid)
      // A service that fetched the keys an hour ago knows this one.
      expect(before).toContain(kid)
      await verify(jwt, signing)
      before = signing.jwks().keys.map((key) => key.kid)
      expect(before.length).toBeLessThanOrEqual(3)
      clock.advance(120_000)
      await verify(jwt, signing)
      clock.advance(3_600_000 - 120_000)
    }
    expect(kids.size).toBe(5)
    // A key is forgotten an hour after what it signed last has expired.
    expect(before.length).toBeLessThanOrEqual(2)
  })

  test('survive a restart, 0600 in a folder of their own', async () => {
    clock.set(START)
    const state = join(temporaryFolder(), 'keys')
    const first = await signer({ state })
    const jwt = first.sign(caller(), 'orders')
    expect(readdirSync(state)).toEqual(['assertion-keys.json'])
    expect(statSync(state).mode & 0o777).toBe(0o700)
    expect(statSync(join(state, 'assertion-keys.json')).mode & 0o777).toBe(0o600)
    const second = await signer({ state })
    expect(second.jwks()).toEqual(first.jwks())
    await verify(jwt, second)
  })

  test('by a shorter rotation, an operator replaces a key early (docs/guides/operations/rotate-keys.md)', async () => {
    clock.set(START)
    const state = temporaryFolder()
    const [old] = (await signer({ state })).jwks().keys
    clock.advance(DAY + 1)
    const early = await signer({ state, rotation: DAY })
    const [, next] = early.jwks().keys
    expect(decodeProtectedHeader(early.sign(caller(), 'orders')).kid).toBe(old?.kid)
    clock.advance(300_000)
    // As before, beside the key that has signed until now.
    const later = await signer({ state })
    expect(later.jwks().keys).toEqual([old, next])
    expect(decodeProtectedHeader(later.sign(caller(), 'orders')).kid).toBe(next?.kid)
  })

  test('after a long rest: the old key signs until the new one is known', async () => {
    clock.set(START)
    const state = temporaryFolder()
    const [old] = (await signer({ state })).jwks().keys
    clock.advance(400 * DAY)
    const later = await signer({ state })
    expect(later.jwks().keys).toHaveLength(2)
    expect(decodeProtectedHeader(later.sign(caller(), 'orders')).kid).toBe(old?.kid)
    clock.advance(300_000)
    expect(decodeProtectedHeader(later.sign(caller(), 'orders')).kid).toBe(later.jwks().keys[1]?.kid)
  })

  test('a new key that cannot be kept signs all the same, and the log says so', async () => {
    clock.set(START)
    const state = temporaryFolder()
    const log = collectLog()
    const signing = await createAssertionSigner({ issuer: 'iap', lifetime: 120_000, state, rotation: DAY }, { clock, log })
    rmSync(state, { recursive: true })
    clock.advance(DAY + 1)
    await verify(signing.sign(caller(), 'orders'), signing)
    expect(log.lines.join()).toContain('cannot be stored')
    folders.pop()
  })

  test.each([
    ['no JSON', 'x'],
    ['nothing', '{}'],
    ['another curve', '{"keys":[{"from":0,"jwk":{"kty":"EC","crv":"P-384","x":"","y":"","d":""}}]}'],
    ['no key', '{"keys":[{"from":0,"jwk":{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"AA"}}]}'],
  ])('a file that holds %s is refused and left as it is', async (_, text) => {
    const state = temporaryFolder()
    const file = join(state, 'assertion-keys.json')
    writeFileSync(file, text, { mode: 0o600 })
    await expect(signer({ state })).rejects.toMatchObject({ name: 'AssertionStateError' })
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  test('a file that others can read is refused', async () => {
    const state = temporaryFolder()
    await signer({ state })
    chmodSync(join(state, 'assertion-keys.json'), 0o644)
    await expect(signer({ state })).rejects.toThrow(/chmod 600/)
  })

  // Only root can give a file away.
  test.runIf(process.geteuid?.() === 0)('a file of somebody else is refused', async () => {
    const state = temporaryFolder()
    await signer({ state })
    chownSync(join(state, 'assertion-keys.json'), 4242, 4242)
    await expect(signer({ state })).rejects.toThrow(/another user/)
  })

  test('keys are never written to what somebody put there before', async () => {
    const state = temporaryFolder()
    const elsewhere = join(temporaryFolder(), 'elsewhere')
    symlinkSync(elsewhere, join(state, `assertion-keys.json.${process.pid}.tmp`))
    await signer({ state })
    expect(existsSync(elsewhere)).toBe(false)
    expect(readdirSync(state).sort()).toEqual(['assertion-keys.json', `assertion-keys.json.${process.pid}.tmp`])
  })

  test('a folder that cannot be written is refused', async () => {
    const state = join(temporaryFolder(), 'file')
    writeFileSync(state, '')
    await expect(signer({ state })).rejects.toMatchObject({ name: 'AssertionStateError' })
  })
})
