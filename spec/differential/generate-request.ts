/** Requests aimed at a policy: they hit its routes, fit or nearly fit its claims, and are made of its constants and their neighbours. */
import type { FieldShape, Identity, Model, Route, Segment, Type } from '../../language/index.ts'
import { walkExpressions } from '../../language/syntax/children.ts'
import type { EvalCaller, EvalRequest } from '../../runtime/abi/index.ts'
import { GREATEST, HEADERS, KEYS, TEXTS, WIDE } from './constants.ts'
import type { Random } from './random.ts'

type Headers = Record<string, string | readonly string[]>

export class RequestGenerator {
  readonly #model: Model
  readonly #random: Random
  readonly #ints: readonly number[]
  readonly #doubles: readonly number[]
  readonly #texts: readonly string[]
  readonly #headers: readonly string[]

  constructor(model: Model, random: Random) {
    this.#model = model
    this.#random = random
    const { ints, doubles, texts } = constantsOf(model)
    this.#ints = ints
    this.#doubles = doubles
    this.#texts = texts
    this.#headers = [...new Set([...model.rules.flatMap((rule) => rule.headers), ...HEADERS])]
  }

  request(): EvalRequest {
    const random = this.#random
    const route = random.pick(this.#model.routes)
    const caller = this.#caller()
    const headers = this.#lines()
    return {
      method: this.#method(route),
      url: `${random.pick(['http', 'https'])}://${this.#host(route)}${this.#target(route)}`,
      ...(Object.keys(headers).length > 0 && { headers }),
      ...(caller !== null && { caller }),
    }
  }

  #method({ methods }: Route): string {
    const random = this.#random
    const own = methods ?? ['GET', 'POST', 'PATCH', 'HEAD']
    return random.chance(0.97) ? random.pick(own) : random.pick(['GET', 'DELETE', 'OPTIONS', 'TRACE', 'get'])
  }

  #host({ service }: Route): string {
    const random = this.#random
    if (random.chance(0.01)) return random.pick(['other.example', 'example', 'a.b.app.example', 'app.example', 'a@b'])
    const { wildcard, rest, text } = random.pick(service.hosts)
    const label = random.pick(['acme', 'one', 'a', 'x-1', 'b'])
    const host = wildcard ? label + rest : text
    return random.way([
      [20, () => host],
      [1, () => host.toUpperCase()],
      [1, () => `${host}.`],
      [1, () => `${host}:${random.int(1, 65535)}`],
    ])
  }

  #target({ segments }: Route): string {
    const random = this.#random
    const path = `/${segments.map((segment) => this.#segment(segment)).join('/')}`
    const query = random.chance(0.1) ? `?${encodeURIComponent(random.pick(this.#texts))}=%2F` : ''
    return random.way([
      [40, () => path + query],
      [1, () => `${path}/`],
      [1, () => path.replace(/\/[^/]*$/, '') || '/'],
      [0.4, () => path.toUpperCase()],
      [0.3, () => `${path}${random.pick(['//a', '/../a', '%2fa', ';a', '%00', '%zz', '#a', '/%2e'])}`],
    ])
  }

  #segment(segment: Segment): string {
    const random = this.#random
    switch (segment.kind) {
      case 'literal':
        return this.#escape(segment.text)
      case 'rest':
        return random
          .list(1, 3, (at) => (at > 0 && random.chance(0.2) ? '' : this.#word()))
          .map(encodeSegment)
          .join('/')
          .replace(/\/+/g, '/')
      case 'param': {
        const value = segment.type === 'int' ? this.#intText() : this.#word()
        return this.#escape(segment.prefix + value + segment.suffix)
      }
    }
  }

  /** Now and then with a letter escaped that need not be. */
  #escape(text: string): string {
    const escaped = encodeSegment(text)
    if (!this.#random.chance(0.06) || !/^\w/.test(escaped)) return escaped
    return `%${escaped.charCodeAt(0).toString(16)}${escaped.slice(1)}`
  }

  #intText(): string {
    const odd = ['-0', '07', '+1', '1.0', String(GREATEST + 1), 'x', '']
    return this.#random.chance(0.08) ? this.#random.pick(odd) : String(this.#int())
  }

  /** A text that a segment can be. */
  #word(): string {
    const fitting = this.#texts.filter((text) => text !== '' && !/[/\\;]|^\.{1,2}$|\p{Cc}/u.test(text))
    return this.#random.chance(0.1) ? String(this.#int()) : this.#random.pick(this.#random.chance(0.3) ? WIDE : fitting)
  }

  #lines(): Headers {
    const random = this.#random
    const values = this.#texts.filter((text) => /^[!-~ ]*$/.test(text))
    const headers: Headers = {}
    for (const name of this.#headers) {
      if (random.chance(0.4)) continue
      const value = random.pick(values)
      const written = random.chance(0.15) ? name.toUpperCase() : name
      headers[written] = random.chance(0.01) ? [value, random.pick(values)] : random.chance(0.05) ? ` ${value} ` : value
      if (random.chance(0.004)) headers[name.replaceAll('-', '_')] = value
      if (random.chance(0.01)) headers.connection = name
    }
    return headers
  }

  #caller(): EvalCaller | null {
    const random = this.#random
    if (random.chance(0.22)) return null
    const identity = random.pick(this.#model.identities)
    const claims = this.#claims(identity)
    if (random.chance(0.03)) this.#spoil(claims, identity)
    if (random.chance(0.002)) return { identity: 'nobody', claims }
    return { identity: identity.name, claims: random.chance(0.002) ? random.pick([null, [], 'claims', 5]) : claims }
  }

  #claims(identity: Identity): Record<string, unknown> {
    const random = this.#random
    const claims: Record<string, unknown> = {}
    for (const [name, { type, optional, path }] of identity.claims) {
      const isScope = ['scope', 'scp'].includes(path.at(-1) as string)
      if (optional && random.chance(0.35)) {
        if (random.chance(0.2)) put(claims, path, null)
        continue
      }
      const value = this.#value(type)
      const asText =
        isScope && random.chance(0.6) && (value as string[]).every((word) => typeof word === 'string' && !word.includes(' '))
      put(claims, path, asText ? (value as string[]).join(random.pick([' ', ' ', '  '])) : value)
      if (path[0] !== name && random.chance(0.1)) claims[name] = this.#value(type)
    }
    if (random.chance(0.1)) claims.more = [{ than: 'declared' }]
    if (identity.methods.includes('mtls')) {
      claims.spiffe_id = `spiffe://${random.pick(['shop.example', 'a'])}/${random.pick(['a', 'b', 'ns/shop/sa/billing', 'x-1'])}`
      if (random.chance(0.6)) claims.dns_names = random.list(0, 2, () => random.pick(this.#texts))
    }
    return claims
  }

  /** Makes one of the claims a misfit. */
  #spoil(claims: Record<string, unknown>, identity: Identity): void {
    const random = this.#random
    const misfits = [
      undefined,
      null,
      5,
      5.5,
      GREATEST + 1,
      'x',
      '5',
      '\ud800',
      true,
      [],
      [5],
      ['\ud800'],
      [null],
      {},
      { a: null },
      { city: 5 },
    ]
    const fields: (readonly [string, FieldShape])[] = [...identity.claims]
    if (fields.length > 0) put(claims, random.pick(fields)[1].path, random.pick(misfits))
    const ids = ['spiffe://a', 'spiffe://A/b', 'spiffe://a/../b', 'spiffe://a//b', 'https://a/b', 'spiffe://a/b/', 5]
    if (identity.methods.includes('mtls') && random.chance(0.7)) claims.spiffe_id = random.pick(ids)
  }

  #value(type: Type): unknown {
    const random = this.#random
    switch (type.kind) {
      case 'bool':
        return random.chance(0.5)
      case 'int':
        return this.#int()
      case 'double':
        return random.chance(0.85) ? random.pick(this.#doubles) : random.pick(this.#ints)
      case 'string':
        return this.#text()
      case 'literals':
        return random.pick(type.values)
      case 'list':
      case 'set':
        return random.list(0, random.chance(0.2) ? 5 : 3, () => this.#value(type.element))
      case 'map':
        return Object.fromEntries(
          random.list(0, 4, () => [random.chance(0.7) ? random.pick(KEYS) : this.#text(), this.#value(type.value)]),
        )
      case 'record':
        return Object.fromEntries(
          [...type.fields].flatMap(([name, field]): [string, unknown][] => {
            if (field.optional && random.chance(0.35)) return random.chance(0.2) ? [[name, null]] : []
            return [[name, this.#value(field.type)]]
          }),
        )
      default:
        throw new Error(`no value has the type ${type.kind}`)
    }
  }

  #int(): number {
    const near = this.#random.pick(this.#ints) + this.#random.pick([0, 0, 0, 0, 1, -1])
    return Number.isSafeInteger(near) ? near : GREATEST
  }

  #text(): string {
    const random = this.#random
    const text = random.pick(random.chance(0.3) ? WIDE : this.#texts)
    return random.way([
      [12, () => text],
      [1, () => text + random.pick(this.#texts)],
      [1, () => text.toUpperCase()],
    ])
  }
}

/** Sets what is under a path of keys; undefined takes it away. */
function put(claims: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let whole = claims
  for (const key of path.slice(0, -1)) {
    whole[key] ??= {}
    if (typeof whole[key] !== 'object') return
    whole = whole[key] as Record<string, unknown>
  }
  const key = path.at(-1) as string
  if (value === undefined) delete whole[key]
  else whole[key] = value
}

function encodeSegment(text: string): string {
  return encodeURIComponent(text)
}

interface Constants {
  readonly ints: readonly number[]
  readonly doubles: readonly number[]
  readonly texts: readonly string[]
}

/** What the conditions of a policy name, so that requests can name it too. */
function constantsOf(model: Model): Constants {
  const ints = new Set([0, 1, 2, 3, -1, 5, GREATEST - 1, GREATEST, -GREATEST])
  const doubles = new Set([0, 0.5, 1.5, -0.5, 1e308, 0.1])
  const texts = new Set(TEXTS)
  const conditions = [
    ...model.rules.flatMap((rule) => rule.conditions.map(({ expression }) => expression)),
    ...model.roles.flatMap(({ condition }) => condition ?? []),
  ]
  for (const condition of conditions) {
    walkExpressions(condition, (expression) => {
      if (expression.kind === 'IntLiteral' && expression.value < 100) ints.add(expression.value)
      if (expression.kind === 'DoubleLiteral') doubles.add(expression.value)
      if (expression.kind === 'StringLiteral') texts.add(expression.value)
    })
  }
  return { ints: [...ints], doubles: [...doubles], texts: [...texts] }
}
