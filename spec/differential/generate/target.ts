/** Method, host, path and query of a request that is aimed at a route. */
import type { FieldShape, Route, Segment, Type } from '../../../language/index.ts'
import * as pool from './constants.ts'
import type { JsonGenerator } from './json.ts'
import type { Random } from './random.ts'

export class TargetGenerator {
  readonly #random: Random
  readonly #json: JsonGenerator
  /** Texts that a segment can be. */
  readonly #words: readonly string[]

  constructor(json: JsonGenerator, random: Random) {
    this.#json = json
    this.#random = random
    this.#words = json.constants.strings.filter((text) => text !== '' && !/[/\\;]|^\.{1,2}$|\p{Cc}/u.test(text))
  }

  method({ methods }: Route): string {
    const random = this.#random
    const own = methods ?? ['GET', 'POST', 'PATCH', 'HEAD']
    return random.chance(0.98) ? random.pick(own) : random.pick(['GET', 'DELETE', 'OPTIONS', 'TRACE', 'get'])
  }

  url(route: Route): string {
    return `${this.#random.pick(['http', 'https'])}://${this.#host(route)}${this.#target(route)}`
  }

  #host({ service }: Route): string {
    const random = this.#random
    if (random.chance(0.007)) return random.pick(['other.example', 'example', 'a.b.app.example', 'app.example', 'a@b'])
    const { wildcard, rest, text } = random.pick(service.hosts)
    const host = wildcard ? random.pick(['acme', 'one', 'a', 'x-1', 'b']) + rest : text
    return random.way([
      [30, () => host],
      [1, () => host.toUpperCase()],
      [1, () => `${host}.`],
      [1, () => `${host}:${random.int(1, 65535)}`],
    ])
  }

  #target({ segments, query }: Route): string {
    const random = this.#random
    const path = `/${segments.map((segment) => this.#segment(segment)).join('/')}`
    const asked = this.#query(query)
    return random.way([
      [60, () => path + asked],
      [1, () => `${path}/`],
      [0.7, () => path.replace(/\/[^/]*$/, '') || '/'],
      [0.4, () => path.toUpperCase()],
      [0.4, () => `${path}${random.pick(['//a', '/../a', '%2fa', ';a', '%00', '%zz', '#a', '/%2e'])}`],
    ])
  }

  #segment(segment: Segment): string {
    const random = this.#random
    switch (segment.kind) {
      case 'literal':
        return this.#escaped(segment.text)
      case 'rest':
        return random
          .list(1, 3, (at) => (at > 0 && random.chance(0.2) ? '' : this.#word()))
          .map(encodeURIComponent)
          .join('/')
          .replace(/\/+/g, '/')
      case 'param': {
        const value = segment.type === 'int' ? this.#int() : this.#word()
        return this.#escaped(segment.prefix + value + segment.suffix)
      }
    }
  }

  /** Now and then with a letter escaped that need not be. */
  #escaped(text: string): string {
    const escaped = encodeURIComponent(text)
    if (!this.#random.chance(0.06) || !/^\w/.test(escaped)) return escaped
    return `%${escaped.charCodeAt(0).toString(16)}${escaped.slice(1)}`
  }

  #int(): string {
    const odd = ['-0', '07', '+1', '1.0', String(pool.GREATEST + 1), 'x', '']
    return this.#random.chance(0.05) ? this.#random.pick(odd) : String(this.#random.pick(this.#json.constants.ints))
  }

  #word(): string {
    return this.#random.chance(0.1) ? this.#int() : this.#random.pick(this.#words)
  }

  #query(declared: ReadonlyMap<string, FieldShape> | null): string {
    const random = this.#random
    if (declared === null) return random.chance(0.1) ? `?${encodeURIComponent(this.#word())}=%2F` : ''
    const pairs = [...declared.values()].flatMap(({ type, optional, path: [key = ''] }) => this.#pairs(key, type, optional))
    if (random.chance(0.1)) pairs.push(['other', 'x'])
    if (random.chance(0.03)) pairs.push(...this.#wrong([...declared.values()]))
    const written = random.sample(pairs, pairs.length).map(([key, value]) => `${encode(key)}=${encode(value)}`)
    return written.length === 0 ? '' : `?${written.join('&')}`
  }

  #pairs(key: string, type: Type, optional: boolean): (readonly [key: string, value: string])[] {
    const random = this.#random
    const isMany = type.kind === 'list' || type.kind === 'set'
    if (isMany) return random.list(0, 2, () => [key, this.#text(type.element)] as const)
    return optional && random.chance(0.4) ? [] : [[key, this.#text(type)]]
  }

  #text(type: Type): string {
    if (this.#random.chance(0.01)) return this.#random.pick(['', 'x', '01', '1.', 'True', '-0', '2026-01-01'])
    return String(this.#json.value(type))
  }

  #wrong(shapes: readonly FieldShape[]): (readonly [key: string, value: string])[] {
    const { path: [key = ''] = [] } = this.#random.pick(shapes)
    return this.#random.pick([[[key, 'a'] as const], [[key.toUpperCase(), 'a'] as const], [[`${key}[]`, 'a'] as const]])
  }
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+')
}
