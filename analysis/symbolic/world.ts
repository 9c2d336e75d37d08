import type { ConstValue } from '../../compiler/ir/index.ts'
import type { Type } from '../../language/checker/types/type.ts'
import type { Span } from '../../language/source.ts'
import type { Diagram, Edge } from '../bdd/diagram.ts'
import type { TextTest } from './classes/texts/text-test.ts'

/** An expression as people know it: as the policy has it, and where. Of what no policy says, without a place. */
export interface Written {
  readonly text: string
  readonly span?: Span
}

/** What a scalar expression comes to: a constant, or what is read or worked out of what is read. */
export type Value = Constant | Term

export interface Constant {
  readonly kind: 'constant'
  readonly value: ConstValue
  readonly type: Type
}

export interface Term {
  readonly kind: 'term'
  /** Terms of the same key are the same. */
  readonly key: string
  readonly type: Type
  /** Where it stands in a request; null: it is worked out, and nothing is known of it but that it is the same for the same. */
  readonly place: Place | null
  /** What it is worked out by. */
  readonly from?: Written
  /** Of a size: what has it. */
  readonly sizeOf?: Found
}

/** Where a value is read: from a root, by steps: names of fields, and keys of maps, which may be read themselves. */
export interface Place {
  readonly root: Root
  readonly steps: readonly Step[]
}
export type Root =
  | { readonly kind: 'caller' | 'mtls' | 'query' | 'body' | 'request' | 'auth' }
  | { readonly kind: 'data' | 'header' | 'param'; readonly name: string }
export type Step = { readonly field: string } | { readonly key: Value }

/** What is read, whole or scalar. */
export interface Found {
  readonly key: string
  readonly type: Type
  readonly place: Place | null
  readonly from?: Written
}

/** What is asked of one term. */
export type Test =
  | { readonly kind: 'equal' | 'less'; readonly value: ConstValue }
  | { readonly kind: 'text'; readonly test: TextTest }
  /** Addresses of a range, in its canonical text. */
  | { readonly kind: 'range'; readonly range: string }

/** Why something is true or false: what lies outside of what can be told apart. */
export interface Opaque extends Written {
  readonly key: string
}

/**
 * What can be asked of a request, each an edge of a diagram. It is asked twice: once to find out all that is, then, when it is
 * known in how many ways each thing can differ, to work with.
 */
export interface World {
  readonly diagram: Algebra
  test(term: Term, test: Test): Edge
  /** A term of type bool. */
  truth(term: Term): Edge
  equal(a: Term, b: Term): Edge
  less(a: Term, b: Term): Edge
  /** Whether what may be missing is there. */
  present(found: Found): Edge
  /** Whether a set, a list, or the keys of a map have it. */
  contains(collection: Found, element: Value): Edge
  /** Whether it has an element that is none of these. */
  hasOthers(collection: Found, than: readonly ConstValue[]): Edge
  opaque(what: Opaque): Edge
}

export type Algebra = Pick<Diagram, 'and' | 'or' | 'not' | 'all' | 'any'>
