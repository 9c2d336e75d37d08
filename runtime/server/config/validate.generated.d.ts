/** `config.schema.json` as a function; on false, `errors` tells. */
export interface ConfigValidator {
  (data: unknown): boolean
  errors?: readonly SchemaError[] | null
}

/** As ajv leaves it, with `verbose`. */
export interface SchemaError {
  /** RFC 6901. */
  readonly instancePath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  readonly parentSchema: Readonly<Record<string, unknown>>
  readonly data: unknown
  /** The key that is at fault, of an error inside `propertyNames`. */
  readonly propertyName?: string
}

export declare const validate: ConfigValidator

/** `config.schema.json`. */
export declare const schema: Readonly<Record<string, unknown>>
