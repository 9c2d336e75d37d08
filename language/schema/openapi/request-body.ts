import type { RouteBody } from '../../checker/model.ts'
import { assumedRequired, schemaWithoutType } from '../../diagnostics/catalogue/documents.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import { type JsonRecord, member } from '../document.ts'
import { importSchema } from '../import-schema.ts'
import type { OpenapiReader } from './reader.ts'

/** The media types that the decoder accepts (`spec/language/decision.md`, The body). */
const JSON_TYPE = /^application\/(?:json|[^\s;/]+\+json)$/

/**
 * Returns the declared body of an operation's requests; null if there is none, or the import leaves it out. A body is left out,
 * and then not validated, if it is optional by `required: false`, or may be other than JSON. Without `required`, whose default is
 * false, the body is imported as required, with a warning.
 */
export function requestBodyOf(reader: OpenapiReader, operation: JsonRecord, methods: readonly string[]): RouteBody | null {
  const body = reader.record(operation, 'requestBody')
  if (body === null) return null
  const leaveOut = (why: string): null => reader.leaveOut(reader.document.keyPlace(operation, 'requestBody'), 'the body', why)
  if (methods.includes('GET') || methods.includes('HEAD'))
    return leaveOut('a body has no meaning with this method (RFC 9110, 9.3)')
  const required = member(body.value, 'required')
  if (required === false) return leaveOut('it is optional, because it says `required: false`')
  if (required !== undefined && required !== true) return reader.fail(body.place, 'the `required` of a body must be a boolean')
  const content = reader.record(body.value, 'content')
  if (content === null) return reader.fail(body.place, 'a request body must have a `content`')
  const types = Object.keys(content.value)
  const [first] = types
  if (first === undefined || types.length > 1 || !JSON_TYPE.test(first.replace(/\s*;.*$/s, '').toLowerCase())) {
    return leaveOut('it has a media type other than JSON, or several')
  }
  const media = reader.record(content.value, first)
  const schema = media === null ? undefined : member(media.value, 'schema')
  if (media === null || schema === undefined) return leaveOut('it has no schema')
  const found: Diagnostic[] = []
  const placed = { value: schema, place: reader.document.memberPlace(media.value, 'schema') }
  const imported = importSchema(reader.document, placed, reader.dialect, found)
  for (const one of found) {
    if (one.code === schemaWithoutType.code) leaveOut('its schema allows several kinds of values')
    else reader.tell(one)
  }
  if (imported !== null && required === undefined)
    reader.tell(report(assumedRequired, reader.document.keyPlace(operation, 'requestBody'), {}))
  return imported
}
