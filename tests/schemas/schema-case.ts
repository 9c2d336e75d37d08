/** What a case of `schemas.ts` has, and what many are made of. */
export type DialectName = 'draft 2020-12' | 'draft 2019-09' | 'draft-07' | 'draft-04' | 'OpenAPI 3.0' | 'OpenAPI 3.1'

export interface SchemaCase {
  readonly name: string
  readonly dialect: DialectName
  /** Its root is the schema of the body; what it refers to is in the same object: `$defs`, `definitions` or, of OpenAPI, `components`. */
  readonly schema: SchemaObject
  /** As the language writes it. */
  readonly type: string
}

export interface SchemaObject {
  readonly [keyword: string]: unknown
}

export const text = { type: 'string' } as const
export const whole = { type: 'integer' } as const

/** `if`, `then`, `else`: a literal with a member `then` looks like a promise to the linter. */
export const when = (test: SchemaObject, then: SchemaObject, otherwise?: SchemaObject): SchemaObject =>
  Object.fromEntries([['if', test], ['then', then], ...(otherwise === undefined ? [] : [['else', otherwise]])])
