import { isWord } from './is-word.ts'
import { type Sensitivity, sensitivityOf } from './sensitivity.ts'

/** How often something was asked, and by whom: `anonymous`, or `credential`, which nobody has verified. */
export interface UseCounts {
  readonly count: number
  readonly callers: Readonly<Record<string, number>>
}

/** What was asked at a host, by a template as policies have them: `/orders/{id: int}`. */
export interface AskedTemplate extends UseCounts {
  readonly host: string
  readonly method: string
  readonly template: string
}

export interface PathTreeLimits {
  readonly hosts: number
  /** Characters that all of it takes when it is written down, and about as much memory for each. */
  readonly capacity: number
  /** Words in one place: beyond so many they are values, as names of products are. */
  readonly siblings: number
  /** Segments of one template; what is behind is the rest. */
  readonly depth: number
  /** Names of callers in one place. */
  readonly callers: number
}

const LIMITS: PathTreeLimits = { hosts: 200, capacity: 1 << 20, siblings: 24, depth: 16, callers: 50 }

/** Those that people have: what else a client says is its own word. */
const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'])

/** A word that was asked for so often stays where others become parameters: a scanner asks for each once or twice. */
const OFTEN = 10

/** Characters of a place without its words, of what was asked there without its template, and of a caller without its name. */
const [NODE, ASKED, CALLER] = [60, 100, 12]
/** `/{order_id_2: int}`, behind the longest word that there is. */
const MOST_PARAMETER = 36

/**
 * Paths → templates, in bounded memory: segments that are nobody's words become parameters, and so do those of a place that has
 * too many of them. What there is no room for is counted and otherwise forgotten: whoever asks cannot make it larger.
 */
export class PathTree {
  readonly #limits: PathTreeLimits
  readonly #hosts = new Map<string, Node>()
  #left: number
  /** Requests for which there was no room, or that named a host or a method of which nothing is to be written. */
  beyond = 0

  constructor(limits: Partial<PathTreeLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits }
    this.#left = this.#limits.capacity
  }

  /** @param path decoded segments, as a record has it */
  add(host: string, method: string, path: string, caller: string): void {
    this.#add(host, method, partsOfPath(path), 1, { [caller]: 1 })
  }

  /** What another one has found. */
  addTemplate({ host, method, template, count, callers }: AskedTemplate): void {
    this.#add(host, method, partsOf(template), count, callers)
  }

  /** In the order of host, template and method. */
  templates(): readonly AskedTemplate[] {
    const all = [...this.#hosts].flatMap(([host, node]) => [...templatesOf(node, host, [])])
    // Made once each: a comparison that makes texts costs more than all the rest.
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

  /** As many words in one place are values, except those asked for often. An empty last segment is no value, and stays. */
  #crowd(node: Node): void {
    node.isCrowded = true
    const seldom = [...node.words].filter(([text, child]) => text !== '' && timesOf(child) < OFTEN)
    for (const [text, child] of seldom) {
      node.words.delete(text)
      this.#free(child)
    }
    for (const [, child] of seldom) this.#put(node, { kind: 'text' }, child)
  }

  /** What is no longer where it was, under another part. */
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

  /** Null: there is no room. @param length of host and template */
  #node(length: number): Node | null {
    if (!this.#take(NODE + length)) return null
    return { length, words: new Map(), param: null, rest: null, isCrowded: false, isInt: true, asked: new Map() }
  }

  #take(characters: number): boolean {
    if (this.#left < characters) return false
    this.#left -= characters
    return true
  }

  /** What it took, with all that is below. */
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
  /** Characters of its host and its template, at most. */
  readonly length: number
  readonly words: Map<string, Node>
  param: Node | null
  rest: Node | null
  /** It has had too many words. */
  isCrowded: boolean
  /** Of a parameter: all that stood there were whole numbers. */
  isInt: boolean
  /** By method. */
  readonly asked: Map<string, { count: number; readonly callers: Map<string, number> }>
}

function childrenOf({ words, param, rest }: Node): readonly Node[] {
  return [...words.values(), param, rest].filter((node) => node !== null)
}

/** How often it was asked for, and what is below. */
function timesOf(node: Node): number {
  const here = [...node.asked.values()].reduce((sum, { count }) => sum + count, 0)
  return childrenOf(node).reduce((sum, child) => sum + timesOf(child), here)
}

export type Part = { readonly kind: 'int' | 'text' | 'rest' } | { readonly kind: 'word'; readonly text: string }

/** What is behind so many is the rest: a path may be long, and is looked at for each request. */
const MOST_SEGMENTS = 32

/** As a policy writes it, which reads what its `int` is in the same way. */
const INT = /^-?(?:0|[1-9]\d{0,14})$/

/**
 * What stands in a path. Behind what lets somebody in nothing is a word; where people are named nothing is until something was no
 * word: `/users/7/orders`, and not `/users/ann/orders`, as one cannot tell it from `/users/find/ann`.
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

/** Of a host what is no name may be somebody's value; an address is none of a person. Null: nothing of it is written. */
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

/** `order_id` behind `orders`; each name once. */
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
