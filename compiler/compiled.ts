import type { JsonSchema as AnyJsonSchema } from '../language/checker/model.ts'
import type { PolicyReads } from '../runtime/abi/index.ts'

/** What `compile` makes of a model. Everything in it is text or JSON: the bundle packs it as it is. */
export interface Compiled {
  /** `policy.js`: a function body with the parameter `abi` that returns a `PolicyModule`. */
  readonly policy: string
  /** `policy.js.map`: a source map of version 3, JSON, onto the `.iap` sources by their names. A bundle may lack it. */
  readonly sourceMap?: string
  /** What the policy asks of a runtime, sorted, without repetition: `identity:jwt` … */
  readonly needs: readonly string[]
  readonly schemas: InputSchemas
  /** What its conditions read, by route. A bundle may lack it. */
  readonly reads?: PolicyReads
}

/** What must fit before conditions read it. */
export interface InputSchemas {
  /** By identity. */
  readonly claims: Readonly<Record<string, JsonSchema>>
  /** By name. */
  readonly data: Readonly<Record<string, JsonSchema>>
  /** By `service.route`, of those that declare a body. */
  readonly bodies: Readonly<Record<string, BodySchema>>
}

/** A body fits where it fits both. */
export interface BodySchema {
  readonly type: JsonSchema
  /** The schema that the type was imported from, standing alone; null where the policy wrote the type itself. */
  readonly source: AnyJsonSchema | null
}

/** JSON Schema draft 2020-12, as far as `schema/` uses it. */
export interface JsonSchema {
  readonly $schema?: string
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null'
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: JsonSchema
  readonly maxItems?: number
  readonly maxProperties?: number
  readonly enum?: readonly string[]
  readonly anyOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly pattern?: string
}
