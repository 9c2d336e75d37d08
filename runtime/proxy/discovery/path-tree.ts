import { isWord } from './is-word.ts'
import { type Sensitivity, sensitivityOf } from './sensitivity.ts'

/**
 * Number of requests, in total and by caller. A caller is `anonymous`, or `credential` if the request has an unverified
 * credential.
 */
export interface UseCounts {
  readonly count: number
  readonly callers: Readonly<Record<string, number>>
}

/**
 * The number of requests with one method at one host whose paths match one template in policy syntax, such as `/orders/{id:
 * int}`.
 */
export interface AskedTemplate extends UseCounts {
  readonly host: string
  readonly method: string
  readonly template: string
}

export interface PathTreeLimits {
  readonly hosts: number
  /** Maximum length of all templates in characters when serialized. It bounds the memory use, which is of the same order. */
  readonly capacity: number
  /**
   * Maximum number of distinct words at one position of a path. Beyond it, words are treated as values, such as product names.
   */
  readonly siblings: number
  /** Maximum number of segments in a template. A wildcard stands for further segments. */
  readonly depth: number
  /** Maximum number of callers that are counted separately for one template and method. */
  readonly callers: number
}

const LIMITS: PathTreeLimits = { hosts: 200, capacity: 1 << 20, siblings: 24, depth: 16, callers: 50 }

/** Common methods. Others are client input. */
const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'])

/** A word requested this often is kept when others become parameters; scanners request each once or twice. */
const OFTEN = 10

/** Characters of a node without words, an entry without its template, and a caller without its name. */
const [NODE, ASKED, CALLER] = [60, 100, 12]
/** The longest: `/{order_id_2: int}` after the longest word. */
const MOST_PARAMETER = 36

/**
 * Derives path templates from requested paths in bounded memory. Segments that are values become parameters. Words become
 * parameters too if there are too many different ones at their position.
 */
export class PathTree {
  readonly #limits: PathTreeLimits
  readonly #hosts = new Map<string, Node>()
  #left: number
  /**
   * Number of requests that no template counts, for lack of memory, or because their host or method may be a value that must not
   * be recorded.
   */
  beyond = 0

  constructor(limits: Partial<PathTreeLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits }
    this.#left = this.#limits.capacity
  }

  /**
   * Counts one request for the template of its path.
   *
   * @param path canonical path with decoded segments, as in audit records
   */
  add(host: string, method: string, path: string, caller: string): void {
    this.#add(host, method, partsOfPath(path), 1, { [caller]: 1 })
  }

  /** Adds requests that another process has counted for a template. */
  addTemplate({ host, method, template, count, callers }: AskedTemplate): void {
    this.#add(host, method, partsOf(template), count, callers)
  }

  /** Returns the templates, sorted by host, template and method. */
  templates(): readonly AskedTemplate[] {
    const all = [...this.#hosts].flatMap(([host, node]) => [...templatesOf(node, host, [])])
    // Keys are made once: building them in the comparison would dominate the cost.
    const keyed = all.map((one) => [`${one.host} ${one.template} ${one.method}`, one] as const)
    return keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, one]) => one)
  }

  #add(host: string, method: string, parts: readonly Part[], count: number, callers: UseCounts['callers']): void {
    const named = hostOf(host)
    const root = named !== null && METHODS.has(method) ? this.#root(named) : null
    const node = root && this.#descend(root, parts, count)
    if (node === null) this.beyond += count
    else this.#note(node, method, count, callers)
  }

  #root(host: string): Node | null {
    const known = this.#hosts.get(host)
    if (known !== undefined) return known
    const made = this.#hosts.size < this.#limits.hosts ? this.#node(host.length) : null
    if (made !== null) this.#hosts.set(host, made)
    return made
  }

  #descend(root: Node, parts: readonly Part[], count: number): Node | null {
    let node: Node | null = root
    for (const [at, part] of parts.entries()) {
      if (node === null) return null
      if (part.kind === 'rest' || (at === this.#limits.depth - 1 && at < parts.length - 1)) {
        node.rest ??= this.#node(node.length + '/{rest...}'.length)
        return node.rest
      }
      node = part.kind === 'word' ? this.#word(node, part.text, count) : this.#param(node, part)
    }
    return node
  }

  #word(node: Node, text: string, count: number): Node | null {
    const known = node.words.get(text)
    if (known !== undefined) return known
    if (text !== '') {
      const { siblings } = this.#limits
      if (!node.isCrowded && node.words.size >= siblings) this.#crowd(node)
      if (node.isCrowded && (count < OFTEN || node.words.size >= siblings)) return this.#param(node, { kind: 'text' })
    }
    const made = this.#node(node.length + 1 + text.length)
    if (made !== null) node.words.set(text, made)
    return made
  }

  #param(node: Node, { kind }: Part): Node | null {
    node.param ??= this.#node(node.length + MOST_PARAMETER)
    if (node.param !== null && kind !== 'int') node.param.isInt = false
    return node.param
  }

  /** Turns the words of a position into a parameter, except frequent ones. An empty last segment is kept. */
  #crowd(node: Node): void {
    node.isCrowded = true
    const seldom = [...node.words].filter(([text, child]) => text !== '' && timesOf(child) < OFTEN)
    for (const [text, child] of seldom) {
      node.words.delete(text)
      this.#free(child)
    }
    for (const [, child] of seldom) this.#put(node, { kind: 'text' }, child)
  }

  /** Moves a node under another part. */
  #put(at: Node, part: Part, from: Node): void {
    const times = timesOf(from)
    const into = this.#descend(at, [part], times)
    if (into === null) this.beyond += times
    else this.#merge(into, from)
  }

  #merge(into: Node, from: Node): void {
    for (const [method, asked] of from.asked) this.#note(into, method, asked.count, Object.fromEntries(asked.callers))
    if (from.isCrowded && !into.isCrowded) this.#crowd(into)
    for (const [text, node] of from.words) this.#put(into, { kind: 'word', text }, node)
    if (from.param !== null) this.#put(into, { kind: from.param.isInt ? 'int' : 'text' }, from.param)
    if (from.rest !== null) this.#put(into, { kind: 'rest' }, from.rest)
  }

  #note(node: Node, method: string, count: number, callers: UseCounts['callers']): void {
    const known = node.asked.get(method)
    const asked = known ?? { count: 0, callers: new Map<string, number>() }
    if (known === undefined) {
      if (!this.#take(ASKED + node.length)) {
        this.beyond += count
        return
      }
      node.asked.set(method, asked)
    }
    asked.count += count
    for (const [name, times] of Object.entries(callers)) {
      const before = asked.callers.get(name)
      const isRoom = before !== undefined || (asked.callers.size < this.#limits.callers && this.#take(CALLER + name.length))
      if (isRoom) asked.callers.set(name, (before ?? 0) + times)
    }
  }

  /** Returns `null` if memory is used up. `length`: of host and template. */
  #node(length: number): Node | null {
    if (!this.#take(NODE + length)) return null
    return { length, words: new Map(), param: null, rest: null, isCrowded: false, isInt: true, asked: new Map() }
  }

  #take(characters: number): boolean {
    if (this.#left < characters) return false
    this.#left -= characters
    return true
  }

  /** Releases the memory of a node and its descendants. */
  #free(node: Node): void {
    this.#left += NODE + node.length
    for (const { callers } of node.asked.values()) {
      this.#left += ASKED + node.length
      for (const name of callers.keys()) this.#left += CALLER + name.length
    }
    for (const child of childrenOf(node)) this.#free(child)
  }
}

interface Node {
  /** Maximum characters of its host and template. */
  readonly length: number
  readonly words: Map<string, Node>
  param: Node | null
  rest: Node | null
  isCrowded: boolean
  /** For a parameter: whether all its values were integers. */
  isInt: boolean
  readonly asked: Map<string, { count: number; readonly callers: Map<string, number> }>
}

function childrenOf({ words, param, rest }: Node): readonly Node[] {
  return [...words.values(), param, rest].filter((node) => node !== null)
}

/** Returns the requests of a node and its descendants. */
function timesOf(node: Node): number {
  const here = [...node.asked.values()].reduce((sum, { count }) => sum + count, 0)
  return childrenOf(node).reduce((sum, child) => sum + timesOf(child), here)
}

export type Part = { readonly kind: 'int' | 'text' | 'rest' } | { readonly kind: 'word'; readonly text: string }

/** The rest of a longer path is one wildcard: parsing runs for each request. */
const MOST_SEGMENTS = 32

/** The policy syntax for `int`. */
const INT = /^-?(?:0|[1-9]\d{0,14})$/

/**
 * Splits a path into words and values. No word is recognized after the name of a secret. After a name for persons, no word is
 * recognized before a value: `/users/7/orders` has the word `orders`, but `/users/ann/orders` does not, because it looks like
 * `/users/find/ann`.
 */
export function partsOfPath(path: string): readonly Part[] {
  const segments = path.split('/', MOST_SEGMENTS + 2).slice(1)
  let borne: Sensitivity | null = null
  const parts = segments.slice(0, MOST_SEGMENTS).map((text, at): Part => {
    const before = borne
    const isNamed = isWord(text)
    borne = before === 'secret' ? before : (sensitivityOf(text) ?? (isNamed || text === '' ? before : null))
    if (text === '') return at === segments.length - 1 ? { kind: 'word', text } : { kind: 'text' }
    if (INT.test(text) && text !== '-0') return { kind: 'int' }
    return isNamed && before === null ? { kind: 'word', text } : { kind: 'text' }
  })
  return segments.length > MOST_SEGMENTS ? [...parts, { kind: 'rest' }] : parts
}

function partsOf(template: string): readonly Part[] {
  return template
    .split('/')
    .slice(1)
    .map((text): Part => {
      if (!text.startsWith('{')) return { kind: 'word', text }
      return { kind: text.endsWith('...}') ? 'rest' : text.endsWith(': int}') ? 'int' : 'text' }
    })
}

/** Masks labels that may be values; IP addresses are kept. Returns `null` if nothing may be written. */
function hostOf(host: string): string | null {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) || host === 'localhost') return host
  const [first = '', ...others] = host.split('.')
  if (host.length > 253 || others.length === 0 || others.length > 8) return isWord(host) ? host : null
  if (!others.every((label) => isWord(label))) return null
  return isWord(first) ? host : `*.${others.join('.')}`
}

function* templatesOf(node: Node, host: string, before: readonly string[]): Iterable<AskedTemplate> {
  for (const [method, { count, callers }] of node.asked)
    yield { host, method, template: `/${before.join('/')}`, count, callers: Object.fromEntries([...callers].sort()) }
  for (const [text, child] of node.words) yield* templatesOf(child, host, [...before, text])
  if (node.param !== null) {
    const type = node.param.isInt ? ': int' : ''
    yield* templatesOf(node.param, host, [...before, `{${parameterName(before)}${type}}`])
  }
  if (node.rest !== null) yield* templatesOf(node.rest, host, [...before, '{rest...}'])
}

/** Returns a parameter name that is unique in the template, such as `order_id` after the segment `orders`. */
export function parameterName(before: readonly string[]): string {
  const last = before.at(-1) ?? ''
  const word = /^[A-Za-z][A-Za-z0-9]*$/.test(last) ? `${singular(last)}_` : ''
  const taken = (name: string) => before.some((part) => part === `{${name}}` || part === `{${name}: int}`)
  const name = `${word.toLowerCase()}id`
  for (let at = 2; ; at++) {
    const made = at === 2 ? name : `${name}_${at - 1}`
    if (!taken(made)) return made
  }
}

function singular(word: string): string {
  if (/ies$/i.test(word)) return word.replace(/ies$/i, 'y')
  return /[^s]s$/i.test(word) && word.length > 3 ? word.slice(0, -1) : word
}
