import type { RouteProgram, SegmentProgram } from '../module.ts'
import { compareParams } from './segment.ts'

export type ParamProgram = Extract<SegmentProgram, { kind: 'param' }>

/** Routes of one host as a tree, in which each level is a path segment. */
export interface Tree {
  readonly literals: Map<string, Tree>
  /** Child trees of segments that are parameters, from the most to the least specific parameter. */
  readonly params: { readonly param: ParamProgram; readonly tree: Tree }[]
  /** Routes whose path ends at this node. `rests` holds the routes that continue with `{rest...}`. */
  readonly ends: Ends
  readonly rests: Ends
}

export interface Ends {
  readonly methods: string[]
  readonly routes: number[]
  any: number
}

export function emptyTree(): Tree {
  return { literals: new Map(), params: [], ends: emptyEnds(), rests: emptyEnds() }
}

function emptyEnds(): Ends {
  return { methods: [], routes: [], any: -1 }
}

/**
 * Adds a route to the tree of a host. Returns −1, or the index of an existing route that has the same paths and a common method.
 */
export function addRoute(root: Tree, index: number, route: Pick<RouteProgram, 'segments' | 'methods'>): number {
  let tree = root
  for (const segment of route.segments) {
    if (segment.kind === 'literal') tree = literalChild(tree, segment.text)
    else if (segment.kind === 'param') tree = paramChild(tree, segment)
  }
  return addEnd(route.segments.at(-1)?.kind === 'rest' ? tree.rests : tree.ends, index, route.methods)
}

function literalChild({ literals }: Tree, text: string): Tree {
  const child = literals.get(text) ?? emptyTree()
  literals.set(text, child)
  return child
}

function paramChild({ params }: Tree, param: ParamProgram): Tree {
  const same = params.find(
    (other) => other.param.type === param.type && other.param.prefix === param.prefix && other.param.suffix === param.suffix,
  )
  if (same !== undefined) return same.tree
  const child = emptyTree()
  params.push({ param, tree: child })
  params.sort((a, b) => compareParams(a.param, b.param))
  return child
}

function addEnd(ends: Ends, index: number, methods: RouteProgram['methods']): number {
  if (methods === null) {
    const taken = ends.any
    ends.any = index
    return taken === index ? -1 : taken
  }
  for (const method of methods) {
    const known = ends.methods.indexOf(method)
    if (known >= 0 && ends.routes[known] !== index) return ends.routes[known] as number
    if (known < 0) {
      ends.methods.push(method)
      ends.routes.push(index)
    }
  }
  return -1
}
