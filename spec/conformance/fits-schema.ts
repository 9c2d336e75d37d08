import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Model } from '../../language/index.ts'
import { formats } from '../../runtime/abi/index.ts'

/**
 * What the interpreter has to be told: whether a body fits the schema that its route imports. By ajv on that schema as it stands, and not by
 * the bundle's validators, which are asked beside it.
 */
export function fitsSchemaOf(model: Model): (route: string, json: unknown) => boolean {
  const validators = new Map<string, ValidateFunction>()
  for (const { name, body } of model.routes) {
    if (body === null || body.schema === null) continue
    const ajv = new Ajv2020({ strict: false, ownProperties: true, formats: { ...formats } })
    validators.set(name, ajv.compile(structuredClone(body.schema) as object))
  }
  return (route, json) => validators.get(route)?.(json) ?? true
}
