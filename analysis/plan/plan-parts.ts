/** Parts of a plan that its JSON shows as they are. Nothing is imported here, as the declarations of the package have them. */

/** What a permit obliges to, which no condition says. */
export interface PlannedObligation {
  readonly rule: string
  readonly limit: boolean
  readonly headers: readonly string[]
}

/** A condition as a tree of JSON. */
export type Tree =
  | { readonly and: readonly Tree[] }
  | { readonly or: readonly Tree[] }
  | { readonly not: Tree }
  | { readonly if: readonly [test: Tree, then: Tree, otherwise: Tree] }
  | { readonly operator: '==' | '<' | '<=' | '>' | '>=' | 'in'; readonly of: readonly [Tree, Tree] }
  /** A built-in function, its receiver first. */
  | { readonly call: string; readonly of: readonly Tree[] }
  | { readonly list: readonly Tree[] }
  /** A scalar; a time, a duration or an address as the language writes it. */
  | { readonly value: boolean | number | string; readonly type: string }
  /** What the request, or the data, have there. */
  | { readonly read: string; readonly type: string }
  | { readonly has: string }
  /** Whatever else: as CEL. */
  | { readonly cel: string }
