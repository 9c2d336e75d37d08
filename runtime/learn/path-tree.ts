import { bearsValue } from './bears-value.ts'
import { isWord } from './is-word.ts'

/** How often something was asked, and by whom: names of identities, and `anonymous`. */
export interface Asked {
  readonly count: number
  readonly callers: Readonly<Record<string, number>>
}

/** What was asked at a host, by a template as policies have them: `/orders/{id: int}`. */
export interface AskedTemplate extends Asked {
  readonly host: string
  readonly method: string
  readonly template: string
}

export interface PathTreeLimits {
  readonly hosts: number
  /** Segments of all templates, each counted once. */
  readonly nodes: number
  /** Words in one place: beyond so many they are values, as names of products are. */
  readonly siblings: number
  /** Segments of one template; what is behind is the rest. */
  readonly depth: number
  /** Names of callers in one place. */
  readonly callers: number
}

const LIMITS: PathTreeLimits = { hosts: 200, nodes: 20_000, siblings: 24, depth: 16, callers: 50 }

/** Those that people have: what else a client says is its own word. */
const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'])

/**
 * Paths → templates, in bounded memory: segments that are nobody's words become parameters, and so do those of a place that has too many of them. What there is no room for is counted and
 * otherwise forgotten: whoever asks cannot make it larger.
 */
export class PathTree {
  readonly #limits: PathTreeLimits
  readonly #hosts = new Map<string, Node>()
  #nodes = 0
  /** Requests for which there was no room, or that named a host or a method of which nothing is to be written. */
  beyond = 0

  constructor(limits: Partial<PathTreeLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits }
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
    return [...this.#hosts].flatMap(([host, node]) => [...templatesOf(node, host, [])]).sort(inOrder)
  }

  #add(host: string, method: string, parts: readonly Part[], count: number, callers: Asked['callers']): void {
    const named = hostOf(host)
    if (named === null || !METHODS.has(method)) {
      this.beyond += count
      return
    }
    const root = this.#hosts.get(named) ?? (this.#hosts.size < this.#limits.hosts ? this.#node() : null)
    if (root === null) {
      this.beyond += count
      return
    }
    this.#hosts.set(named, root)
    const node = this.#descend(root, parts)
    if (node === null) this.beyond += count
    else note(node, method, count, callers, this.#limits.callers)
  }

  #descend(root: Node, parts: readonly Part[]): Node | null {
    let node: Node | null = root
    for (const [at, part] of parts.entries()) {
      if (node === null) return null
      if (part.kind === 'rest' || (at === this.#limits.depth - 1 && at < parts.length - 1)) {
        node.rest ??= this.#node()
        return node.rest
      }
      if (part.kind === 'word' && (part.text === '' || !node.isCrowded)) node = this.#word(node, part.text)
      else node = this.#param(node, part)
    }
    return node
  }

  #word(node: Node, text: string): Node | null {
    const known = node.words.get(text)
    if (known !== undefined) return known
    if (text !== '' && node.words.size >= this.#limits.siblings) {
      this.#crowd(node)
      return this.#param(node, { kind: 'text' })
    }
    const made = this.#node()
    if (made !== null) node.words.set(text, made)
    return made
  }

  #param(node: Node, { kind }: Part): Node | null {
    node.param ??= this.#node()
    if (node.param !== null && kind !== 'int') node.param.isInt = false
    return node.param
  }

  /** So many words in one place are values. An empty last segment is no value, and stays. */
  #crowd(node: Node): void {
    node.isCrowded = true
    const { words } = node
    const slash = words.get('')
    const param = this.#param(node, { kind: 'text' })
    node.words = new Map(slash && [['', slash]])
    for (const child of words.values()) {
      if (child === slash) continue
      this.#nodes--
      if (param !== null) this.#merge(param, child)
    }
  }

  #merge(into: Node, from: Node): void {
    for (const [method, asked] of from.asked)
      note(into, method, asked.count, Object.fromEntries(asked.callers), this.#limits.callers)
    if (from.isCrowded && !into.isCrowded) this.#crowd(into)
    const inner: (readonly [Part, Node])[] = [...from.words].map(([text, node]) => [{ kind: 'word', text }, node])
    if (from.param !== null) inner.push([{ kind: from.param.isInt ? 'int' : 'text' }, from.param])
    if (from.rest !== null) inner.push([{ kind: 'rest' }, from.rest])
    for (const [part, node] of inner) {
      // It is gone where it was, so that there is room for it here.
      this.#nodes--
      const there = this.#descend(into, [part])
      if (there !== null) this.#merge(there, node)
    }
  }

  /** Null: there is no room. */
  #node(): Node | null {
    if (this.#nodes >= this.#limits.nodes) return null
    this.#nodes++
    return { words: new Map(), param: null, rest: null, isCrowded: false, isInt: true, asked: new Map() }
  }
}

interface Node {
  words: Map<string, Node>
  param: Node | null
  rest: Node | null
  /** It has had too many words. */
  isCrowded: boolean
  /** Of a parameter: all that stood there were whole numbers. */
  isInt: boolean
  /** By method. */
  readonly asked: Map<string, { count: number; readonly callers: Map<string, number> }>
}

export type Part = { readonly kind: 'int' | 'text' | 'rest' } | { readonly kind: 'word'; readonly text: string }

function note(node: Node, method: string, count: number, callers: Asked['callers'], most: number): void {
  const asked = node.asked.get(method) ?? { count: 0, callers: new Map<string, number>() }
  node.asked.set(method, asked)
  asked.count += count
  for (const [name, times] of Object.entries(callers))
    if (asked.callers.has(name) || asked.callers.size < most) asked.callers.set(name, (asked.callers.get(name) ?? 0) + times)
}

/** What is behind so many is the rest: a path may be long, and is looked at for each request. */
const MOST_SEGMENTS = 32

/** As a policy writes it, which reads what its `int` is in the same way. */
const INT = /^-?(?:0|[1-9]\d{0,14})$/

/** What stands in a path, or behind something of which it is not known what it lets in. */
export function partsOfPath(path: string): readonly Part[] {
  const segments = path.split('/', MOST_SEGMENTS + 2).slice(1)
  const parts = segments.slice(0, MOST_SEGMENTS).map((text, at): Part => {
    if (text === '') return at === segments.length - 1 ? { kind: 'word', text } : { kind: 'text' }
    if (INT.test(text) && text !== '-0') return { kind: 'int' }
    const before = segments[at - 1]
    return isWord(text) && (before === undefined || !bearsValue(before)) ? { kind: 'word', text } : { kind: 'text' }
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

function inOrder(a: AskedTemplate, b: AskedTemplate): number {
  const [one, other] = [a, b].map(({ host, template, method }) => `${host} ${template} ${method}`) as [string, string]
  return one < other ? -1 : one > other ? 1 : 0
}
