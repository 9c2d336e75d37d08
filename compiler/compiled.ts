import type { JsonSchema as AnyJsonSchema } from '../language/checker/model.ts'
import type { PolicyReads } from '../runtime/abi/index.ts'

/** The result of `compile`: text or JSON, which the bundle packs unchanged. */
export interface Compiled {
  /** `policy.js`: a function body with the parameter `abi` that returns a `PolicyModule`. */
  readonly policy: string
  /** `policy.js.map`: a source map (version 3) onto the `.iap` sources by their names. Optional in a bundle. */
  readonly sourceMap?: string
  /** The runtime features that the policy needs, sorted and unique: `identity:jwt` … */
  readonly needs: readonly string[]
  readonly schemas: InputSchemas
  /** What conditions read, by route. Optional in a bundle. */
  readonly reads?: PolicyReads
}

/** The schemas of input that conditions read. */
export interface InputSchemas {
  /** By identity. */
  readonly claims: Readonly<Record<string, JsonSchema>>
  /** By name. */
  readonly data: Readonly<Record<string, JsonSchema>>
  /** By `service.route`, for routes with a declared body. */
  readonly bodies: Readonly<Record<string, BodySchema>>
}

/** A body must fit both. */
export interface BodySchema {
  readonly type: JsonSchema
  /** The standalone schema that the type was imported from; null for a type that the policy wrote. */
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
