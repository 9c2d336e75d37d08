/** What `compile` makes of a model. Everything in it is text or JSON: the bundle packs it as it is. */
export interface Compiled {
  /** `policy.js`: a function body with the parameter `abi` that returns a `PolicyModule`. */
  readonly policy: string
  /** What the policy asks of a runtime, sorted, without repetition: `identity:jwt` … */
  readonly needs: readonly string[]
  /** Of each identity, the schema that its claims must fit. */
  readonly claims: Readonly<Record<string, JsonSchema>>
}

/** JSON Schema draft-07, as far as `claims-schema.ts` uses it. */
export interface JsonSchema {
  readonly $schema?: string
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null'
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: JsonSchema
  readonly enum?: readonly string[]
  readonly anyOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly pattern?: string
}
