/** The types that expressions and declarations have after checking. Aliases are resolved: a type is its structure. */
export type Type =
  | { readonly kind: 'bool' | 'int' | 'double' | 'string' }
  /** A union of string literals, sorted, without repetition; a subtype of string. */
  | { readonly kind: 'literals'; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly element: Type }
  | { readonly kind: 'set'; readonly element: Type }
  /** Keys are strings. */
  | { readonly kind: 'map'; readonly value: Type }
  | RecordShape
  /** `caller`: one of these identities, or anonymous, as far as is known at this place. */
  | { readonly kind: 'caller' }
  /** The poison after a reported mistake: fits everything, is never reported again, never reaches the compiler. */
  | { readonly kind: 'unknown' }

export interface RecordShape {
  readonly kind: 'record'
  readonly fields: ReadonlyMap<string, FieldShape>
  readonly open: boolean
}

export interface FieldShape {
  readonly type: Type
  readonly optional: boolean
  /** The path of object keys in the JSON it comes from: `['realm_access', 'roles']`, or its own name. */
  readonly path: readonly string[]
}
