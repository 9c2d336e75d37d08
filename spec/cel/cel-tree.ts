/** Expressions as CEL's parser has them, macros expanded: what cel-go's debug text is read to, and what ours are brought to. */
import type { Expression } from '../../language/index.ts'
import type { CelType } from './cel-type.ts'

export type CelTree = (LiteralTree | NameTree | FieldTree | CallTree | ListTree | MapTree | MessageTree | LoopTree) & Beside

interface Beside {
  /** Of a checked tree. */
  readonly type?: CelType
  /** Of a tree of ours: the expression that it was made of. */
  readonly origin?: Expression
}

export interface LiteralTree {
  readonly kind: 'literal'
  readonly of: 'bool' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'null'
  /** Numbers as JavaScript writes them, texts without quotes. */
  readonly text: string
}
/** In a checked tree with the name that was found for it: `x.y`, a constant of an enum. */
export interface NameTree {
  readonly kind: 'name'
  readonly name: string
}
export interface FieldTree {
  readonly kind: 'field'
  readonly of: CelTree
  readonly name: string
  /** `has(x.f)` */
  readonly tested: boolean
}
/** Functions, methods and operators; `&&` and `||` have two operands or more, none of them a call of the same. */
export interface CallTree {
  readonly kind: 'call'
  readonly target: CelTree | null
  readonly name: string
  readonly operands: readonly CelTree[]
}
export interface ListTree {
  readonly kind: 'list'
  readonly elements: readonly CelTree[]
}
export interface MapTree {
  readonly kind: 'map'
  readonly entries: readonly { readonly key: CelTree; readonly value: CelTree }[]
}
export interface MessageTree {
  readonly kind: 'message'
  readonly name: string
  readonly values: readonly CelTree[]
}
/** What macros are expanded to. */
export interface LoopTree {
  readonly kind: 'loop'
  readonly variable: string
  readonly range: CelTree
  readonly result: string
  readonly steps: readonly CelTree[]
}

export function childrenOf(tree: CelTree): readonly CelTree[] {
  switch (tree.kind) {
    case 'literal':
    case 'name':
      return []
    case 'field':
      return [tree.of]
    case 'call':
      return tree.target === null ? tree.operands : [tree.target, ...tree.operands]
    case 'list':
      return tree.elements
    case 'map':
      return tree.entries.flatMap(({ key, value }) => [key, value])
    case 'message':
      return tree.values
    case 'loop':
      return [tree.range, ...tree.steps]
  }
}

/** The tree and all that is in it, from the root. */
export function partsOf(tree: CelTree): readonly CelTree[] {
  return [tree, ...childrenOf(tree).flatMap(partsOf)]
}

/**
 * An operator or a function in its normal form, for what two parsers may make of one text: `&&` and `||` associate; signs before signs
 * cancel out, and one before a number is part of it.
 */
export function call(name: string, operands: readonly CelTree[]): CelTree {
  const [first] = operands
  if (name === '_&&_' || name === '_||_') {
    const flat = operands.flatMap((one) => (one.kind === 'call' && one.name === name ? one.operands : [one]))
    return { kind: 'call', target: null, name, operands: flat }
  }
  if (name === '!_' || name === '-_') {
    if (first?.kind === 'call' && first.name === name) return first.operands[0] as CelTree
    if (first?.kind === 'literal' && (first.of === 'int' || first.of === 'double'))
      return { kind: 'literal', of: first.of, text: String(0 - Number(first.text)) }
  }
  return { kind: 'call', target: null, name, operands }
}

/** In one line, to be compared and read. */
export function showTree(tree: CelTree): string {
  const all = (trees: readonly CelTree[]) => trees.map(showTree).join(', ')
  switch (tree.kind) {
    case 'literal':
      return tree.of === 'string' ? JSON.stringify(tree.text) : `${tree.of} ${tree.text}`
    case 'name':
      return tree.name
    case 'field':
      return `${tree.tested ? 'has ' : ''}${showTree(tree.of)}.${tree.name}`
    case 'call':
      return `${tree.target === null ? '' : `${showTree(tree.target)}.`}${tree.name}(${all(tree.operands)})`
    case 'list':
      return `[${all(tree.elements)}]`
    case 'map':
      return `{${tree.entries.map(({ key, value }) => `${showTree(key)}: ${showTree(value)}`).join(', ')}}`
    case 'message':
      return `${tree.name}{${all(tree.values)}}`
    case 'loop':
      return `loop(${tree.variable} of ${showTree(tree.range)}, ${tree.result}: ${all(tree.steps)})`
  }
}
