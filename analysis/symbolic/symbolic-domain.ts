import type { ConstValue } from '../../compiler/ir/index.ts'
import type { Type } from '../../language/checker/types/type.ts'
import type { Span } from '../../language/source.ts'
import type { Bdd, Edge } from '../bdd/bdd.ts'
import type { TextTest } from './classes/texts/text-test.ts'

/** An expression as people know it: as the policy has it, and where. Of what no policy says, without a place. */
export interface SourceText {
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
  readonly place: RootedPath | null
  /** What it is worked out by. */
  readonly from?: SourceText
  /** Of a size: what has it. */
  readonly sizeOf?: AccessPath
}

/** Where a value is read: from a root, by steps: names of fields, and keys of maps, which may be read themselves. */
export interface RootedPath {
  readonly root: Root
  readonly steps: readonly PathStep[]
}
export type Root =
  | { readonly kind: 'caller' | 'mtls' | 'query' | 'body' | 'request' | 'auth' }
  | { readonly kind: 'data' | 'header' | 'param'; readonly name: string }
export type PathStep = { readonly field: string } | { readonly key: Value }

/** What is read, whole or scalar. */
export interface AccessPath {
  readonly key: string
  readonly type: Type
  readonly place: RootedPath | null
  readonly from?: SourceText
}

/** What is asked of one term. */
export type TermTest =
  | { readonly kind: 'equal' | 'less'; readonly value: ConstValue }
  | { readonly kind: 'text'; readonly test: TextTest }
  /** Addresses of a range, in its canonical text. */
  | { readonly kind: 'range'; readonly range: string }

/** Why something is true or false: what lies outside of what can be told apart. */
export interface Opaque extends SourceText {
  readonly key: string
}

/**
 * What can be asked of a request, each an edge of a diagram. It is asked twice: once to find out all that is, then, when it is
 * known in how many ways each thing can differ, to work with.
 */
export interface SymbolicDomain {
  readonly diagram: Algebra
  test(term: Term, test: TermTest): Edge
  /** A term of type bool. */
  truth(term: Term): Edge
  equal(a: Term, b: Term): Edge
  less(a: Term, b: Term): Edge
  /** Whether what may be missing is there. */
  present(found: AccessPath): Edge
  /** Whether a set, a list, or the keys of a map have it. */
  contains(collection: AccessPath, element: Value): Edge
  /** Whether it has an element that is none of these. */
  hasOthers(collection: AccessPath, than: readonly ConstValue[]): Edge
  opaque(what: Opaque): Edge
}

export type Algebra = Pick<Bdd, 'and' | 'or' | 'not' | 'all' | 'any'>
