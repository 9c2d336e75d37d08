/** What ajv says of a value, by a schema as its author wrote it. */
import { Ajv, type Options } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import Ajv04 from 'ajv-draft-04'
import formats from 'ajv-formats'
import type { SchemaCase } from './schema-case.ts'

export function oracleOf({ dialect, schema }: SchemaCase): (json: unknown) => boolean {
  const ajv = ajvOf(dialect)
  formats.default(ajv as never)
  const validate = ajv.compile(structuredClone(schema))
  return (json) => validate(json) as boolean
}

const options: Options = { strict: false, logger: false, validateSchema: false }
/** Of these dialects a `$ref` stands alone. */
const older = { ...options, ignoreKeywordsWithRef: true } as Options

function ajvOf(dialect: SchemaCase['dialect']): Ajv {
  switch (dialect) {
    case 'draft 2020-12':
    case 'OpenAPI 3.1':
      return new Ajv2020(options) as unknown as Ajv
    case 'draft 2019-09':
      return new Ajv2019(options) as unknown as Ajv
    case 'draft-07':
      return new Ajv(older)
    case 'draft-04':
    case 'OpenAPI 3.0':
      return new Ajv04.default(older) as unknown as Ajv
  }
}
