import type { RouteProgram, SegmentProgram } from './module.ts'
import { compareParams, paramValue } from './segment.ts'

type Param = Extract<SegmentProgram, { kind: 'param' }>

/** The routes of one host, by their segments. Built when the bundle is loaded, only read afterwards. */
export interface Node {
  readonly literals: Map<string, Node>
  /** The most specific first. */
  readonly params: { readonly param: Param; readonly node: Node }[]
  /** Routes whose template ends here, and those whose template goes on with `{rest...}`. */
  readonly ends: Ends
  readonly rests: Ends
}

/** Indices of routes by method. */
interface Ends {
  readonly methods: Map<string, number>
  any: number
}

export function emptyNode(): Node {
  return { literals: new Map(), params: [], ends: emptyEnds(), rests: emptyEnds() }
}

function emptyEnds(): Ends {
  return { methods: new Map(), any: -1 }
}

/** Returns a route that is already there for the same paths and one of the same methods, or −1 and all is well. */
export function addRoute(tree: Node, index: number, route: RouteProgram): number {
  let node = tree
  for (const segment of route.segments) {
    if (segment.kind === 'literal') node = literalChild(node, segment.text)
    else if (segment.kind === 'param') node = paramChild(node, segment)
  }
  return addEnd(route.segments.at(-1)?.kind === 'rest' ? node.rests : node.ends, index, route.methods)
}

function literalChild(node: Node, text: string): Node {
  const child = node.literals.get(text) ?? emptyNode()
  node.literals.set(text, child)
  return child
}

function paramChild(node: Node, param: Param): Node {
  const same = node.params.find(
    (other) => other.param.type === param.type && other.param.prefix === param.prefix && other.param.suffix === param.suffix,
  )
  if (same !== undefined) return same.node
  const child = emptyNode()
  node.params.push({ param, node: child })
  node.params.sort((a, b) => compareParams(a.param, b.param))
  return child
}

function addEnd(ends: Ends, index: number, methods: RouteProgram['methods']): number {
  if (methods === null) {
    const taken = ends.any
    ends.any = index
    return taken === index ? -1 : taken
  }
  for (const method of methods) {
    const taken = ends.methods.get(method)
    if (taken !== undefined && taken !== index) return taken
    ends.methods.set(method, index)
  }
  return -1
}

/** The first route in the order of specificity that matches, or −1. Visits each node at most once. */
export function find(node: Node, method: string, segments: readonly string[], at: number): number {
  const segment = segments[at]
  if (segment === undefined) return findEnd(node.ends, method)
  const literal = node.literals.get(segment)
  if (literal !== undefined) {
    const found = find(literal, method, segments, at + 1)
    if (found >= 0) return found
  }
  for (const { param, node: child } of node.params) {
    if (paramValue(param, segment) === undefined) continue
    const found = find(child, method, segments, at + 1)
    if (found >= 0) return found
  }
  return findEnd(node.rests, method)
}

function findEnd(ends: Ends, method: string): number {
  return ends.methods.get(method) ?? ends.any
}
