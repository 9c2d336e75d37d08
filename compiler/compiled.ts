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
  /** Inputs that conditions read, by route. Optional in a bundle. */
  readonly reads?: PolicyReads
}

/** The schemas of input that conditions read. */
export interface InputSchemas {
  /** Schemas of claims by identity. */
  readonly claims: Readonly<Record<string, JsonSchema>>
  /** Schemas of data by name. */
  readonly data: Readonly<Record<string, JsonSchema>>
  /** Schemas of bodies by `service.route`, for routes with a declared body. */
  readonly bodies: Readonly<Record<string, BodySchema>>
}

/** A body must fit both. */
export interface BodySchema {
  readonly type: JsonSchema
  /** The standalone schema that the type was imported from; null for a type that the policy wrote. */
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
