import { createPublicKey } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { generateSigningKey, publicJwk } from '../../compiler/bundle/index.ts'
import { withManifest } from '../../tests/bundles/craft-bundle.ts'
import { compilePolicy } from '../../tests/support/compile-policy.ts'
import { type Certificate, type Facts, LoadError, type LoadOptions, load, type Policy, type Request } from './index.ts'

const text = `label internal
identity staff via jwt { sub: string, groups: set<string> }
role support of staff when "support" in caller.groups
role trusted of staff when caller.sub in listed
data listed: set<string>
type Note = { text: string }
service notes at "notes.example" {
  route read   GET    "/notes/{id: int}" is internal
  route write  POST   "/notes"           body Note is internal
  route drop   DELETE "/notes/{id: int}" is internal
  route clock  GET    "/clock"           is internal
  route home   GET    "/"                is internal
}
permit home on notes.home to anyone
permit support_reads on notes.read to support
permit listed_reads on notes.read to trusted
permit writes on notes.write to staff when body.text.size() < 10
permit drops on notes.drop to staff require mfa within 10m
permit by_day on notes.clock to anyone when request.time.getHours() == 9 && source.ip == ip("10.1.2.3")
forbid no_thirteen on notes.read when params.id == 13 because "Unlucky."
shadow forbid even on notes.read when params.id == 2 because "Tried out."
`
const signer = generateSigningKey()
const keys = [publicJwk(signer)]
let bundle: Uint8Array
let policy: Policy
let support: Facts

const url = (path: string) => `https://notes.example${path}`
const get = (path: string): Request => ({ method: 'GET', url: url(path) })

function factsOf(from: Policy, claims: object, ...more: [Parameters<Policy['facts']>[2]?]): Facts {
  const known = from.facts('staff', claims, ...more)
  if (!known.ok) throw new Error(known.message)
  return known.facts
}

const codeOf = (given: Uint8Array, options: LoadOptions) =>
  load(given, options).then(
    () => 'loaded',
    (error: unknown) => (error instanceof LoadError ? error.code : String(error)),
  )

beforeAll(async () => {
  bundle = await compilePolicy(text, { signers: [signer], sequence: 4 })
  policy = await load(bundle, { keys, data: { listed: [] } })
  support = factsOf(policy, { sub: 'ann', groups: ['support'] })
})

describe('load', () => {
  it('tells what was loaded and who signed it', () => {
    expect(policy.verifiedBy).toEqual([signer.kid])
    expect(policy.revision).toBe(policy.manifest.revision)
    expect(policy.manifest).toMatchObject({ sequence: 4, identities: [{ name: 'staff', methods: ['jwt'] }] })
  })

  it('takes keys as JWK, as text and as PEM', async () => {
    const pem = createPublicKey(signer.key).export({ type: 'spki', format: 'pem' })
    for (const key of [keys[0], JSON.stringify(keys[0]), JSON.stringify({ keys }), String(pem)])
      expect(await codeOf(bundle, { keys: [key as string] })).toBe('loaded')
  })

  it('gives no policy for what cannot be trusted', async () => {
    const other = publicJwk(generateSigningKey())
    expect(await codeOf(bundle, { keys: [other] })).toBe('unknown-key')
    expect(await codeOf(bundle, { keys: [] })).toBe('unknown-key')
    expect(await codeOf(bundle, { keys: ['hello'] })).toBe('keys')
    expect(await codeOf(bundle, { keys: [...keys, other], signatures: 2 })).toBe('too-few-signatures')
    expect(await codeOf(bundle, {} as LoadOptions)).toBe(
      'TypeError: `keys` must be an array of the public keys that may sign the bundle',
    )
    expect(await codeOf(bundle.subarray(0, 100), { keys })).toBe('truncated')
    expect(await codeOf(await compilePolicy(text), { keys })).toBe('unsigned')
    expect(await codeOf(await compilePolicy(text), { keys: 'insecure-unverified' })).toBe('loaded')
    expect(await codeOf(bundle, { keys, minSequence: 5 })).toBe('sequence')
    expect(await codeOf(bundle, { keys, minSequence: 4 })).toBe('loaded')
    expect(await codeOf(bundle, { keys, hosts: { nowhere: ['a.example'] } })).toBe('hosts')
    expect(await codeOf(bundle, { keys, data: { listed: 7 } })).toBe('data')
    expect(await codeOf(bundle, { keys, data: { other: [] } })).toBe('data')
    const ahead = await withManifest(bundle, signer, (manifest) => ({ ...manifest, abi: 99 }))
    expect(await codeOf(ahead, { keys })).toBe('abi')
  })

  it('refuses a policy whose obligations nobody carries out, and one that needs what nobody knows', async () => {
    const limited = text.replace('permit support_reads on notes.read to support', '$& limit 5 per 1m header "x-a" = "b"')
    const obliging = await compilePolicy(limited, { signers: [signer] })
    const refused = (carries: LoadOptions['carries'] = []) =>
      load(obliging, { keys, carries }).catch((error: Error) => error.message)
    expect(await refused()).toContain('`header`, `limit`')
    expect(await refused(['header'])).toContain('`limit`')
    const carried = await load(obliging, { keys, carries: ['header', 'limit'], data: { listed: [] } })
    expect(carried.decide(get('/notes/1'), factsOf(carried, { sub: 'ann', groups: ['support'] }))).toMatchObject({
      effect: 'permit',
      obligations: { headers: { 'x-a': 'b' }, limits: [{ rule: 'support_reads', count: 5, per: 60_000 }] },
    })
    const strange = await withManifest(bundle, signer, (manifest) => ({ ...manifest, needs: [...manifest.needs, 'zeal'] }))
    expect(await codeOf(strange, { keys })).toBe('needs')
  })

  it('refuses one that has expired, and one that will, unless somebody lets nothing through by it then', async () => {
    const ending = (expires: string) => compilePolicy(text, { signers: [signer], expires })
    expect(await codeOf(await ending('2020-01-01T00:00:00Z'), { keys, carries: ['expiry'] })).toBe('expired')
    const later = await ending('9999-01-01T00:00:00Z')
    expect(await codeOf(later, { keys })).toBe('needs')
    expect((await load(later, { keys, carries: ['expiry'] })).manifest.expires).toBe('9999-01-01T00:00:00Z')
  })

  it('keeps what it verified, whatever becomes of the bytes', async () => {
    const own = Uint8Array.from(bundle)
    const loading = load(own, { keys })
    own.fill(0)
    expect((await loading).revision).toBe(policy.revision)
  })
})

describe('facts', () => {
  it('are those of claims that fit', () => {
    expect(support).toEqual({ identity: 'staff' })
    expect(policy.anonymous).toEqual({ identity: null })
    const misfit = policy.facts('staff', { sub: 'ann', groups: 'support' })
    expect(misfit).toEqual({
      ok: false,
      message: 'claim `/groups` of identity `staff` must be array, got string',
      isMissing: false,
    })
    expect(policy.facts('nobody', {})).toMatchObject({ ok: false })
  })

  it('say what an optional claim must be, at its nested place, and not that it must be null', async () => {
    const optional = await load(
      await compilePolicy(
        `identity staff via jwt { sub: string, level?: int, home?: { city: string, zip?: string }, tags?: list<string> }
service s at "s.example" { route read GET "/" }
permit reads on s.read to staff`,
        { signers: [signer] },
      ),
      { keys },
    )
    const messageFor = (claims: object) => {
      const facts = optional.facts('staff', { sub: 'ann', ...claims })
      return facts.ok ? null : facts.message.replace(' of identity `staff`', '')
    }
    expect(messageFor({ level: null, home: { city: 'Rome', zip: null }, tags: null })).toBe(null)
    expect([
      messageFor({ level: '3' }),
      messageFor({ home: { city: 3 } }),
      messageFor({ home: {} }),
      messageFor({ home: { city: 'Rome', zip: 1 } }),
      messageFor({ tags: ['a', 1] }),
      messageFor({ tags: 'a' }),
    ]).toEqual([
      'claim `/level` must be integer, got string',
      'claim `/home/city` must be string, got number',
      'claim `/home/city` is missing',
      'claim `/home/zip` must be string, got number',
      'claim `/tags/1` must be string, got number',
      'claim `/tags` must be array, got string',
    ])
  })

  it('of another policy, of other data, of nobody or made up decide nothing', async () => {
    const again = await load(bundle, { keys, data: { listed: [] } })
    const other = policy.withData({ listed: ['bob'] })
    if (!other.ok) throw new Error(other.message)
    for (const foreign of [factsOf(again, { sub: 'ann', groups: ['support'] }), { identity: 'staff' }, { identity: null }])
      expect(() => policy.decide(get('/'), foreign)).toThrow(TypeError)
    expect(() => other.policy.decide(get('/'), support)).toThrow(TypeError)
    for (const nothing of [undefined, null, 'staff', { ok: true, facts: support }])
      expect(() => policy.decide(get('/'), nothing as never)).toThrow(TypeError)
  })
})

describe('decide', () => {
  it('names the rule of a permit, the reason of a deny, and what a challenge asks for', () => {
    const nothing = { obligations: { headers: {}, limits: [] }, challenge: null, rejection: null }
    expect(policy.decide(get('/notes/1'), support)).toEqual({
      effect: 'permit',
      route: 'notes.read',
      rule: 'support_reads',
      reason: null,
      ...nothing,
    })
    expect(policy.decide(get('/notes/13'), support)).toMatchObject({ effect: 'deny', rule: 'no_thirteen', reason: 'Unlucky.' })
    expect(policy.decide(get('/nowhere'), support)).toMatchObject({ effect: 'deny', route: null, reason: 'no-route' })
    expect(policy.decide(get('/notes/1'), policy.anonymous)).toMatchObject({ effect: 'unauthenticated', rule: null })
    expect(policy.decide({ method: 'DELETE', url: url('/notes/1') }, support)).toMatchObject({
      effect: 'challenge',
      challenge: [{ what: 'mfa', within: 600_000 }],
    })
  })

  it('knows how and when the caller authenticated', () => {
    const now = new Date('2026-03-02T09:00:00Z')
    const drop = (minutes: number, amr: readonly string[]) => {
      const facts = factsOf(policy, { sub: 'ann', groups: [] }, { time: new Date(now.getTime() - minutes * 60_000), amr })
      return policy.decide({ method: 'DELETE', url: url('/notes/1'), time: now }, facts).effect
    }
    expect([drop(5, ['mfa']), drop(15, ['mfa']), drop(5, ['pwd'])]).toEqual(['permit', 'challenge', 'challenge'])
  })

  it('reads bodies, as values and as text', () => {
    const write = (body: Partial<Request>) => policy.decide({ method: 'POST', url: url('/notes'), ...body }, support)
    expect(write({ body: { text: 'short' } }).effect).toBe('permit')
    expect(write({ body: { text: 'far too long' } }).effect).toBe('deny')
    const json = { 'content-type': 'application/json' }
    expect(write({ rawBody: '{"text":"short"}', headers: json }).effect).toBe('permit')
    expect(write({ rawBody: '{"text":"short","text":"short"}', headers: json }).rejection).toMatchObject({
      code: 'body',
      status: 400,
    })
    expect(write({ body: { text: 7 } }).rejection).toMatchObject({ code: 'body' })
    expect(write({}).rejection).toMatchObject({ status: 415 })
  })

  it('reads the time and the address; left out, they are now and nobody’s', () => {
    const at = (more: Partial<Request>) => policy.decide({ ...get('/clock'), ...more }, support).effect
    const [time, sourceIp] = [new Date('2026-03-02T09:30:00Z'), '10.1.2.3']
    expect([at({ time, sourceIp }), at({ time }), at({ time: new Date('2026-03-02T10:30:00Z'), sourceIp })]).toEqual([
      'permit',
      'deny',
      'deny',
    ])
  })

  it('rejects what has two readings', () => {
    const of = (request: Request) => policy.decide(request, support).rejection?.code
    expect(of(get('/notes/../notes/1'))).toBe('dot-segment')
    expect(of({ ...get('/notes/1'), headers: { host: 'other.example' } })).toBe('host-mismatch')
    expect(of({ method: 'GET', url: '/notes/1' })).toBe('url-invalid')
  })

  it('takes headers as Node has them, those without a value left out', () => {
    expect(policy.decide({ ...get('/notes/1'), headers: { host: ['notes.example'], cookie: undefined } }, support).effect).toBe(
      'permit',
    )
  })

  it('is not asked wrongly in silence', () => {
    const wrong: unknown[] = [
      { ...get('/'), header: {} },
      { ...get('/'), caller: { identity: 'staff', claims: {} } },
      { ...get('/'), data: {} },
      { method: 'GET' },
      { ...get('/'), time: new Date(Number.NaN) },
      { ...get('/'), time: '2026-03-02T09:00:00Z' },
      { ...get('/'), headers: { a: 1 } },
      { ...get('/'), mtls: { spiffe_id: 'https://a' } },
      { ...get('/'), body: 1, rawBody: '1' },
    ]
    for (const request of wrong)
      expect(() => policy.decide(request as Request, policy.anonymous), JSON.stringify(request)).toThrow(TypeError)
  })
})

describe('a caller by `mtls`', () => {
  const ID = 'spiffe://mesh.example/ns/a'

  it('has the certificate of the connection', async () => {
    const meshed = await load(
      await compilePolicy(`identity workload via mtls
       service s at "s.example" { route r GET "/" }
       permit p on s.r to workload when has(connection.mtls) && connection.mtls.path == "/ns/a"
      `),
      { keys: 'insecure-unverified' },
    )
    const request = { method: 'GET', url: 'https://s.example/' }
    const decide = (claims: object, mtls?: Certificate) => {
      const read = meshed.facts('workload', claims)
      if (!read.ok) throw new Error(read.message)
      return meshed.decide({ ...request, ...(mtls && { mtls }) }, read.facts).effect
    }
    expect(decide({ spiffe_id: ID })).toBe('permit')
    expect(decide({ spiffe_id: `${ID}/b` })).toBe('deny')
    expect(decide({ spiffe_id: ID, dns_names: ['a'] }, { spiffe_id: ID })).toBe('permit')
    expect(() => decide({ spiffe_id: ID }, { spiffe_id: `${ID}/b` })).toThrow('the caller has the certificate of')
    expect(() => decide({ spiffe_id: ID }, { spiffe_id: ID, dns_names: ['a'] })).toThrow('differs from the `dns_names`')
  })
})

describe('data', () => {
  it('is replaced in another policy, and the old one stays what it was', () => {
    const bob = { sub: 'bob', groups: [] }
    expect(policy.decide(get('/notes/1'), factsOf(policy, bob)).effect).toBe('deny')
    const next = policy.withData({ listed: ['bob'] })
    if (!next.ok) throw new Error(next.message)
    expect(next.policy.decide(get('/notes/1'), factsOf(next.policy, bob))).toMatchObject({
      effect: 'permit',
      rule: 'listed_reads',
    })
    expect(policy.decide(get('/notes/1'), factsOf(policy, bob)).effect).toBe('deny')
    expect(policy.withData({ listed: ['a', 7] })).toMatchObject({ ok: false, datum: 'listed', pointer: '/1' })
  })

  it('that never arrived denies', async () => {
    const without = await load(bundle, { keys })
    expect(without.decide(get('/notes/1'), without.anonymous)).toMatchObject({
      effect: 'deny',
      reason: 'data',
      route: 'notes.read',
    })
  })
})

describe('explain', () => {
  it('says what decide says, and all the rules, and the shadows', () => {
    const next = policy.withData({ listed: ['ann'] })
    if (!next.ok) throw new Error(next.message)
    const facts = factsOf(next.policy, { sub: 'ann', groups: ['support'] })
    for (const path of ['/notes/1', '/notes/2', '/notes/13', '/nowhere', '/..']) {
      const { rules, shadow, errors, why, ...decision } = next.policy.explain(get(path), facts)
      expect(decision).toEqual(next.policy.decide(get(path), facts))
      expect(errors).toEqual([])
      expect(why.rules.filter(({ decides }) => decides).map(({ rule }) => rule)).toEqual(rules)
      expect(why.rules.length > 0).toBe(decision.route !== null)
      if (path === '/notes/2') expect([rules, shadow]).toEqual([['listed_reads', 'support_reads'], ['even']])
    }
  })
})
