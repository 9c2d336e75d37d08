import type { ConstValue } from '../../compiler/ir/index.ts'
import type { Type } from '../../language/checker/types/type.ts'
import type { Span } from '../../language/source.ts'
import type { Bdd, Edge } from '../bdd/bdd.ts'
import type { TextTest } from './classes/texts/text-test.ts'

/** The source text and span of an expression, for messages. Without a span if the expression is in no policy. */
export interface SourceText {
  readonly text: string
  readonly span?: Span
}

/** The value of a scalar expression: a constant, or a term that is read or computed. */
export type Value = Constant | Term

export interface Constant {
  readonly kind: 'constant'
  readonly value: ConstValue
  readonly type: Type
}

export interface Term {
  readonly kind: 'term'
  /** Terms with equal keys are equal. */
  readonly key: string
  readonly type: Type
  /** Path in a request; null for a computed value, which is opaque. */
  readonly place: RootedPath | null
  /** The source of a computed term. */
  readonly from?: SourceText
  /** The collection, if the value is its size. */
  readonly sizeOf?: AccessPath
}

/** A path from a root: field names, and map keys, which may be terms. */
export interface RootedPath {
  readonly root: Root
  readonly steps: readonly PathStep[]
}
export type Root =
  | { readonly kind: 'caller' | 'mtls' | 'query' | 'body' | 'request' | 'auth' }
  | { readonly kind: 'data' | 'header' | 'param'; readonly name: string }
export type PathStep = { readonly field: string } | { readonly key: Value }

/** A value that is read, whole or scalar. */
export interface AccessPath {
  readonly key: string
  readonly type: Type
  readonly place: RootedPath | null
  readonly from?: SourceText
}

/** A test of one term. */
export type TermTest =
  | { readonly kind: 'equal' | 'less'; readonly value: ConstValue }
  | { readonly kind: 'text'; readonly test: TextTest }
  /** Addresses in a range, given by its canonical text. */
  | { readonly kind: 'range'; readonly range: string }

/** An opaque condition, whose truth is outside of the model. */
export interface Opaque extends SourceText {
  readonly key: string
}

/**
 * The atoms of requests, each as an edge of a diagram. Conditions are evaluated twice: first to collect all atoms, then, with
 * their classes known, to compute.
 */
export interface SymbolicDomain {
  readonly diagram: Algebra
  test(term: Term, test: TermTest): Edge
  /** Returns the requests for which a bool term is true. */
  truth(term: Term): Edge
  equal(a: Term, b: Term): Edge
  less(a: Term, b: Term): Edge
  /** Returns the requests for which an optional value is present. */
  present(found: AccessPath): Edge
  /** Returns the requests for which a set, a list, or a map's keys contain the element. */
  contains(collection: AccessPath, element: Value): Edge
  /** Returns the requests for which a collection has another element than these. */
  hasOthers(collection: AccessPath, than: readonly ConstValue[]): Edge
  opaque(what: Opaque): Edge
}

export type Algebra = Pick<Bdd, 'and' | 'or' | 'not' | 'all' | 'any'>
