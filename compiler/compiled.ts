import type { JsonSchema as AnyJsonSchema } from '../language/checker/model.ts'
import type { PolicyReads } from '../runtime/abi/index.ts'

/** The result of `compile`: texts and JSON, which the bundle packs unchanged. */
export interface Compiled {
  /** Code of `policy.js`: a function body with the parameter `abi` that returns a `PolicyModule`. */
  readonly policy: string
  /** Source map (version 3) of `policy.js` onto the `.iap` sources by their names. Optional in a bundle. */
  readonly sourceMap?: string
  /** The runtime features that the policy needs, sorted and unique: `identity:jwt` … */
  readonly needs: readonly string[]
  readonly schemas: InputSchemas
  /**
   * The inputs that conditions read, by route. Audit records contain them, to explain and repeat decisions. Optional in a bundle.
   */
  readonly reads?: PolicyReads
}

/** JSON Schemas with which inputs of a policy are validated. */
export interface InputSchemas {
  /** Schemas of token claims by identity name. */
  readonly claims: Readonly<Record<string, JsonSchema>>
  /** Schemas of pushed data by datum name. */
  readonly data: Readonly<Record<string, JsonSchema>>
  /** Schemas of bodies by `service.route`, for routes with a declared body. */
  readonly bodies: Readonly<Record<string, BodySchema>>
}

/**
 * The JSON Schemas with which a request body is validated: that of the body's type, and the imported one. A body must be valid by
 * both.
 */
export interface BodySchema {
  readonly type: JsonSchema
  /** The standalone JSON Schema from which the policy imports the body's type; null if the policy declares the type itself. */
  readonly source: AnyJsonSchema | null
}

/** A JSON Schema (draft 2020-12), restricted to the keywords that `schema/` uses. */
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
