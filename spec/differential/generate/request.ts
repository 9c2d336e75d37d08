/** Requests aimed at a policy: they hit its routes, fit or nearly fit its doors, and are made of its constants and their neighbors. */
import { earlier } from '../../../compiler/testing/test-request.ts'
import type { Identity, Model, Route } from '../../../language/index.ts'
import type { EvalCaller, EvalRequest } from '../../../runtime/abi/index.ts'
import * as pool from './constants.ts'
import { JsonGenerator, put } from './json.ts'
import type { Random } from './random.ts'
import { TargetGenerator } from './target.ts'

type Headers = Record<string, string | readonly string[]>

/** So many requests in a row find the same data, which take their time to prepare. */
const REQUESTS_PER_DATA = 5

export class RequestGenerator {
  readonly #model: Model
  readonly #random: Random
  readonly #json: JsonGenerator
  readonly #target: TargetGenerator
  readonly #headers: readonly string[]
  /** Values that a header can have. */
  readonly #values: readonly string[]
  #data: Readonly<Record<string, unknown>> = {}
  #made = 0

  constructor(model: Model, random: Random) {
    this.#model = model
    this.#random = random
    this.#json = new JsonGenerator(model, random)
    this.#target = new TargetGenerator(this.#json, random)
    this.#headers = [...new Set([...model.rules.flatMap(({ reads }) => reads.headers), ...pool.HEADERS])]
    this.#values = this.#json.constants.strings.filter((text) => /^[!-~ ]*$/.test(text))
  }

  request(): EvalRequest {
    const random = this.#random
    const route = random.pick(this.#model.routes)
    const time = this.#time()
    if (this.#made % REQUESTS_PER_DATA === 0) this.#data = this.#someData()
    this.#made += 1
    return {
      method: this.#target.method(route),
      url: this.#target.url(route),
      headers: this.#lines(route),
      ...this.#body(route),
      ...this.#parties(time),
      time,
      ...(random.chance(0.7) && { source: { ip: this.#address() } }),
      ...(this.#model.data.length > 0 && { data: this.#data }),
    }
  }

  /** Right at a time of the policy, or somewhere near. */
  #time(): string {
    const random = this.#random
    const base = random.pick(random.chance(0.3) ? this.#json.constants.timestamps : ['2026-01-01T12:00:00Z'])
    if (random.chance(0.4)) return base
    const apart = [1, -1, 1000, 60_000, 3_600_000, -3_600_000, 86_400_000, random.int(0, 400) * 86_400_000]
    const moved = earlier(base, random.pick(apart))
    return /^\d{4}-/.test(moved) && !moved.startsWith('0000') ? moved : base
  }

  #address(): string {
    const random = this.#random
    if (random.chance(0.004)) return random.pick(['1.2.3', 'fe80::1%eth0', ''])
    return random.pick(random.chance(0.5) ? this.#json.constants.addresses : pool.ADDRESSES)
  }

  #lines({ body }: Route): Headers {
    const random = this.#random
    const values = this.#values
    const headers: Headers = {}
    for (const name of this.#headers) {
      if (random.chance(0.4)) continue
      const value = random.pick(values)
      const written = random.chance(0.15) ? name.toUpperCase() : name
      headers[written] = random.chance(0.02) ? [value, random.pick(values)] : random.chance(0.05) ? ` ${value} ` : value
      if (random.chance(0.004)) headers[name.replaceAll('-', '_')] = value
      if (random.chance(0.01)) headers.connection = name
    }
    if (body !== null && random.chance(0.12))
      headers['content-type'] = random.pick([
        'application/json',
        'application/json; charset=UTF-8',
        'application/problem+json',
        'text/json',
        'text/plain',
      ])
    if (body !== null && random.chance(0.01)) headers['content-encoding'] = random.pick(['gzip', 'identity'])
    return headers
  }

  #body({ body }: Route): Pick<EvalRequest, 'body' | 'rawBody'> {
    const random = this.#random
    if (body === null) return random.chance(0.02) ? { body: { a: 1 } } : {}
    if (random.chance(0.02)) return {}
    const value = this.#json.value(body.type)
    const given = random.chance(0.05) ? this.#json.spoilt(value) : value
    if (given === undefined) return {}
    return random.way<Pick<EvalRequest, 'body' | 'rawBody'>>([
      [20, () => ({ body: given })],
      [2, () => ({ rawBody: JSON.stringify(given, null, 1) })],
      [0.5, () => ({ rawBody: random.pick(['', '{', '{"amount":1,"amount":1}', '[1,]', '"\\ud800"', 'null']) })],
    ])
  }

  /** A caller by `mtls` has the certificate of the connection. One that differs, which is refused, is rare. */
  #parties(time: string): Pick<EvalRequest, 'mtls' | 'caller'> {
    const caller = this.#caller(time)
    const isOwn = this.#model.identities.some(({ name, byCertificate }) => byCertificate && name === caller?.identity)
    return { caller, ...((!isOwn || this.#random.chance(0.02)) && this.#certificate()) }
  }

  #certificate(): Pick<EvalRequest, 'mtls'> {
    const random = this.#random
    if (random.chance(0.6)) return random.chance(0.1) ? { mtls: null } : {}
    return { mtls: random.chance(0.01) ? { spiffe_id: 'spiffe://a/../b' } : this.#workload() }
  }

  #workload(): NonNullable<EvalRequest['mtls']> {
    const random = this.#random
    const id = `spiffe://${random.pick(['shop.example', 'a'])}/${random.pick(['a', 'b', 'ns/shop/sa/billing', 'x-1'])}`
    return { spiffe_id: id, ...(random.chance(0.6) && { dns_names: random.list(0, 2, () => this.#json.text()) }) }
  }

  #caller(time: string): EvalCaller | null {
    const random = this.#random
    if (random.chance(0.2)) return null
    const identity = random.pick(this.#model.identities)
    const claims = this.#claims(identity)
    if (random.chance(0.02)) this.#spoil(claims, identity)
    if (random.chance(0.002)) return { identity: 'nobody', claims }
    const auth = this.#authentication(time)
    return { identity: identity.name, claims: random.chance(0.002) ? random.pick([null, [], 'claims', 5]) : claims, ...auth }
  }

  /** How long ago: around the bounds of requirements. */
  #authentication(time: string): Pick<EvalCaller, 'auth'> {
    const random = this.#random
    if (random.chance(0.25)) return {}
    const bound = random.pick([0, 60_000, ...this.#json.constants.periods])
    const ago = bound + random.pick([-1000, -1, 0, 0, 1, 1000])
    const acr = random.pick([null, null, 'plain', ...pool.LEVELS])
    const at = earlier(time, ago)
    const isTime = /^\d{4}-/.test(at) && !at.startsWith('0000')
    return {
      auth: {
        ...(isTime && random.chance(0.85) && { time: at }),
        ...(acr !== null && { acr }),
        ...(random.chance(0.6) && { amr: random.pick([['mfa'], ['pwd', 'mfa'], ['pwd'], []]) }),
      },
    }
  }

  #claims(identity: Identity): Record<string, unknown> {
    const random = this.#random
    const claims = this.#json.record(identity.claims, true)
    for (const [name, { type, path }] of identity.claims) {
      const isScope = ['scope', 'scp'].includes(path.at(-1) as string)
      const words = claims[name]
      if (isScope && Array.isArray(words) && random.chance(0.6) && words.every((word) => !String(word).includes(' ')))
        claims[name] = words.join(random.pick([' ', ' ', '  ']))
      if (path[0] !== name && random.chance(0.1)) put(claims, [name], this.#json.value(type, true))
    }
    if (random.chance(0.1)) claims.more = [{ than: 'declared' }]
    if (identity.methods.includes('mtls')) Object.assign(claims, this.#workload())
    return claims
  }

  /** Makes one of the claims a misfit. */
  #spoil(claims: Record<string, unknown>, { claims: declared, methods }: Identity): void {
    const random = this.#random
    const shapes = [...declared.values()]
    if (shapes.length > 0) put(claims, random.pick(shapes).path, this.#json.wrongJson())
    const ids = ['spiffe://a', 'spiffe://A/b', 'spiffe://a/../b', 'spiffe://a//b', 'https://a/b', 'spiffe://a/b/', 5]
    if (methods.includes('mtls') && random.chance(0.7)) claims.spiffe_id = random.pick(ids)
  }

  /** Mostly all of them; some that never arrived, and now and then one that does not fit. */
  #someData(): Readonly<Record<string, unknown>> {
    const random = this.#random
    const data: Record<string, unknown> = {}
    for (const { name, type } of this.#model.data) {
      if (random.chance(0.02)) continue
      const value = this.#json.value(type)
      put(data, [name], random.chance(0.002) ? this.#json.spoilt(value) : value)
    }
    if (random.chance(0.002)) data.unknown = 1
    return data
  }
}
