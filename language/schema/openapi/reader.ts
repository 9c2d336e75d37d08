/** Shared parts of reading OpenAPI: lookup, references, reports. */
import { badOpenapi, notImported } from '../../diagnostics/catalogue/documents.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import type { Span } from '../../source.ts'
import type { SchemaDialect } from '../dialect.ts'
import { type Document, isList, isRecord, type Json, type JsonRecord, member } from '../document.ts'
import { resolveReference } from '../resolve-reference.ts'
import type { Placed } from '../translate-schema.ts'

/** An object of the document with its span. */
export interface PlacedRecord extends Placed {
  readonly value: JsonRecord
}

export class OpenapiReader {
  readonly document: Document
  readonly dialect: SchemaDialect
  private readonly diagnostics: Diagnostic[]
  private readonly told = new Set<string>()

  constructor(document: Document, dialect: SchemaDialect, diagnostics: Diagnostic[]) {
    this.document = document
    this.dialect = dialect
    this.diagnostics = diagnostics
  }

  fail(span: Span, why: string): null {
    this.tell(report(badOpenapi, span, { why }))
    return null
  }

  /** Reports a part of the document that is left out, which is not a mistake of the document. */
  leaveOut(span: Span, what: string, why: string): null {
    this.tell(report(notImported, span, { what, why }))
    return null
  }

  /** Reports a diagnostic unless the same was reported before, as many operations refer to one part of the document. */
  tell(diagnostic: Diagnostic): void {
    const { code, span, message } = diagnostic
    const key = JSON.stringify([code, span.start, span.end, message])
    if (this.told.has(key)) return
    this.told.add(key)
    this.diagnostics.push(diagnostic)
  }

  /**
   * Returns an object that is a member of another object, with `$ref`s followed. Returns null if the member is missing, or was
   * reported as unreadable.
   */
  record(container: JsonRecord, key: string): PlacedRecord | null {
    const value = member(container, key)
    return value === undefined ? null : this.follow({ value, place: this.document.memberPlace(container, key) }, key)
  }

  /** Returns the elements of a list of objects that is a member of another object, with `$ref`s followed. */
  records(container: JsonRecord, key: string): PlacedRecord[] {
    const value = member(container, key)
    if (value === undefined) return []
    if (!isList(value)) {
      this.fail(this.document.memberPlace(container, key), `\`${key}\` must be a list`)
      return []
    }
    return value.flatMap((one, at) => this.follow({ value: one, place: this.document.memberPlace(value, at) }, key) ?? [])
  }

  private follow(placed: Placed, what: string): PlacedRecord | null {
    let { value, place } = placed
    for (let steps = 0; isRecord(value) && typeof member(value, '$ref') === 'string'; steps += 1) {
      const at = this.document.memberPlace(value, '$ref')
      const found = resolveReference(this.document, member(value, '$ref') as string)
      if (!found.ok) return this.fail(at, found.why)
      if (steps > 50) return this.fail(at, 'it refers to itself')
      value = found.value
      place = found.place === null ? place : this.document.memberPlace(found.place.container, found.place.key)
    }
    return isRecord(value) ? { value, place } : this.fail(place, `\`${what}\` must be an object`)
  }

  text(container: JsonRecord, key: string): string | null {
    const value: Json | undefined = member(container, key)
    return typeof value === 'string' ? value : null
  }
}
