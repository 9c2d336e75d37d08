/** Path and query parameters of an operation. */

import { keyProblem } from '../../checker/routes/check-query.ts'
import { type FieldShape, isString, type Type } from '../../checker/types/type.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { type JsonRecord, member } from '../document.ts'
import { shapeOfSchema } from '../shapes/shape-of-schema.ts'
import { typeOfShape } from '../shapes/shape-type.ts'
import { translateSchema } from '../translate-schema.ts'
import type { OpenapiReader, PlacedRecord } from './reader.ts'

export interface Parameter extends PlacedRecord {
  readonly name: string
}

export interface Parameters {
  readonly path: readonly Parameter[]
  readonly query: readonly Parameter[]
}

/** Returns an operation's parameters, followed by those of its path (OpenAPI 3.1, section 4.8.10). */
export function parametersOf(reader: OpenapiReader, item: JsonRecord, operation: JsonRecord): Parameters {
  const found = new Map<string, Parameter>()
  for (const owner of [item, operation]) {
    for (const placed of reader.records(owner, 'parameters')) {
      const [name, where] = [reader.text(placed.value, 'name'), reader.text(placed.value, 'in')]
      if (name === null || where === null) reader.fail(placed.place, 'a parameter must have a `name` and an `in`')
      else found.set(`${where} ${name}`, { ...placed, name })
    }
  }
  const within = (where: string): Parameter[] => [...found.values()].filter(({ value }) => reader.text(value, 'in') === where)
  return { path: within('path'), query: within('query') }
}

/** Returns the type of a parameter's `schema`, or null if it has none here. */
function typeOf(reader: OpenapiReader, { value }: Parameter): Type | null {
  const schema = member(value, 'schema')
  if (schema === undefined) return null
  const placed = { value: schema, place: reader.document.memberPlace(value, 'schema') }
  const mistakes: Diagnostic[] = []
  const translated = translateSchema(reader.document, placed, reader.dialect, mistakes)
  for (const one of mistakes) reader.tell(one)
  const shape = translated === null ? null : shapeOfSchema(translated)
  return (shape === null ? null : typeOfShape(shape))?.type ?? null
}

/** Returns whether a path parameter is an `int`. All other parameters are texts. */
export function isIntParameter(reader: OpenapiReader, parameter: Parameter | undefined): boolean {
  return parameter !== undefined && typeOf(reader, parameter)?.kind === 'int'
}

const SCALARS: ReadonlySet<Type['kind']> = new Set(['bool', 'int', 'double', 'string', 'literals', 'timestamp', 'ip'])

/**
 * Returns the operation's query parameters as fields: `page-no` becomes `page_no`. Reports and leaves out those that fields
 * cannot express, such as other styles than `form`. Returns null if no field remains.
 */
export function queryOf(reader: OpenapiReader, parameters: readonly Parameter[]): ReadonlyMap<string, FieldShape> | null {
  const fields = new Map<string, FieldShape>()
  const folded = new Set<string>()
  for (const parameter of parameters) {
    const { name: key, value, place } = parameter
    const type = typeOf(reader, parameter)
    const name = fieldName(key)
    const isTaken = fields.has(name) || folded.has(key.toLowerCase())
    const why = problemOf(reader, parameter, type) ?? (isTaken ? 'another parameter has the same name, ignoring case' : null)
    if (why !== null) reader.leaveOut(place, `the query parameter \`${key}\``, why)
    else fields.set(name, { type: type as Type, optional: member(value, 'required') !== true, path: [key] })
    folded.add(key.toLowerCase())
  }
  return fields.size === 0 ? null : fields
}

/** Returns a parameter's name with each character that an identifier cannot have replaced by `_`. */
export function fieldName(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, '_')
}

function problemOf(reader: OpenapiReader, { name, value }: Parameter, type: Type | null): string | null {
  const problem = keyProblem(name)
  if (problem !== null) return problem
  if (!/^(?!__)[A-Za-z_]/.test(fieldName(name))) return 'its name cannot be written after a dot'
  if (type === null) return 'its values do not have a single type'
  const many = type.kind === 'list'
  if (!SCALARS.has(many ? type.element.kind : type.kind)) return 'it is neither a scalar nor a list of scalars'
  const style = reader.text(value, 'style') ?? 'form'
  const explode = member(value, 'explode') ?? style === 'form'
  if (style !== 'form' || (many && explode !== true)) return 'only the style `form`, exploded, is read'
  // `?x=` is allowed then, but is no number.
  if (member(value, 'allowEmptyValue') === true && !isString(type)) return 'it may be empty'
  return null
}
