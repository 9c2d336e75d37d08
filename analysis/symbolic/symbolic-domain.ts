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

/**
 * The value of a scalar expression: a constant, or a term, which stands for a value that is read from the request or computed.
 */
export type Value = Constant | Term

export interface Constant {
  readonly kind: 'constant'
  readonly value: ConstValue
  readonly type: Type
}

export interface Term {
  readonly kind: 'term'
  /** Identifies the value: terms with equal keys have equal values in each request. */
  readonly key: string
  readonly type: Type
  /** Path at which the request contains the value; null for a computed value, which the analysis does not model. */
  readonly place: RootedPath | null
  /** Source text of a computed value; absent for a value that is read. */
  readonly from?: SourceText
  /** The collection whose size the value is; absent for other values. */
  readonly sizeOf?: AccessPath
}

/** A path to a value in the request or in data: a root, then field names and map keys. A key may be a value of the request. */
export interface RootedPath {
  readonly root: Root
  readonly steps: readonly PathStep[]
}
export type Root =
  | { readonly kind: 'caller' | 'mtls' | 'query' | 'body' | 'request' | 'auth' }
  | { readonly kind: 'data' | 'header' | 'param'; readonly name: string }
export type PathStep = { readonly field: string } | { readonly key: Value }

/** A scalar, record or collection that a condition reads, with its path. */
export interface AccessPath {
  readonly key: string
  readonly type: Type
  readonly place: RootedPath | null
  readonly from?: SourceText
}

/** A test of one value against a constant. */
export type TermTest =
  | { readonly kind: 'equal' | 'less'; readonly value: ConstValue }
  | { readonly kind: 'text'; readonly test: TextTest }
  /** Addresses in a range, given by its canonical text. */
  | { readonly kind: 'range'; readonly range: string }

/** A condition that the analysis cannot model. It may be true or false for any request. */
export interface Opaque extends SourceText {
  readonly key: string
}

/**
 * Translates the atoms (indivisible tests) of conditions to sets of requests. Conditions are evaluated twice: first with an
 * `AtomCollector`, then with an `Encoding` of the collected atoms.
 */
export interface SymbolicDomain {
  readonly diagram: Algebra
  test(term: Term, test: TermTest): Edge
  /** Returns the set of requests for which a bool term is true. */
  truth(term: Term): Edge
  equal(a: Term, b: Term): Edge
  less(a: Term, b: Term): Edge
  /** Returns the set of requests for which an optional value is present. */
  present(found: AccessPath): Edge
  /** Returns the set of requests for which a set, a list, or a map's keys contain the element. */
  contains(collection: AccessPath, element: Value): Edge
  /** Returns the set of requests for which a collection contains some element that is not in `than`. */
  hasOthers(collection: AccessPath, than: readonly ConstValue[]): Edge
  opaque(what: Opaque): Edge
}

export type Algebra = Pick<Bdd, 'and' | 'or' | 'not' | 'all' | 'any'>
