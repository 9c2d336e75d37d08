/** Compares the claims that a test writes with those that its identity declares, as the decoder does. */
import { isAddress, isRange } from '../../builtins/constants/addresses.ts'
import { isTimestamp, parseTimestamp, readDurationConstant } from '../../builtins/constants/times.ts'
import { claimMismatch, claimsLack } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic, Fix } from '../../diagnostics/diagnostic.ts'
import { renameTo, report } from '../../diagnostics/report.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import type { JsonNode, JsonObject, JsonScalar, Name, Placeholder, Text } from '../../syntax/ast.ts'
import type { Identity } from '../model.ts'
import { type FieldShape, isScope, STRING, showType, type Type } from '../types/type.ts'
import { keyText } from './json-value.ts'
import { insteadOf, sampleOf } from './sample-json.ts'

type Shapes = ReadonlyMap<string, FieldShape>

/**
 * Returns a diagnostic for each claim that does not fit, and one for those that an object lacks. Claims that nobody declared fit.
 *
 * @param standsFor returns what a placeholder stands for; null if that is unknown
 */
export function checkClaims(
  claims: JsonObject,
  identity: Identity,
  standsFor: (placeholder: Placeholder) => JsonNode | null,
): readonly Diagnostic[] {
  const reader = new ClaimsReader(identity, standsFor)
  const shapes = identity.byCertificate ? new Map([...identity.claims, ...CERTIFICATE]) : identity.claims
  reader.fields(claims, shapes, '')
  return reader.diagnostics
}

/** What a test gives of a certificate; its other fields are derived. */
const CERTIFICATE: Shapes = new Map([
  ['spiffe_id', { type: STRING, optional: false, path: ['spiffe_id'] }],
  ['dns_names', { type: { kind: 'list', element: STRING }, optional: true, path: ['dns_names'] }],
])
const SPIFFE_ID = /^spiffe:\/\/[a-z0-9._-]{1,255}(?:\/(?!\.\.?(?:\/|$))[A-Za-z0-9._-]+)+$/
/** The maximum length of a SPIFFE ID (SPIFFE-ID, section 2.3). */
const MOST_ID = 2048

class ClaimsReader {
  readonly diagnostics: Diagnostic[] = []
  private readonly identity: Identity
  private readonly standsFor: (placeholder: Placeholder) => JsonNode | null

  constructor(identity: Identity, standsFor: (placeholder: Placeholder) => JsonNode | null) {
    this.identity = identity
    this.standsFor = standsFor
  }

  /** @param prefix the way to the object, with its dot; empty for the claims themselves */
  fields(object: JsonObject, shapes: Shapes, prefix: string): void {
    const missing = new Map<string, FieldShape>()
    for (const [name, shape] of shapes) {
      const found = this.follow(object, shape.path, prefix)
      if (found === null) {
        if (!shape.optional) missing.set(name, shape)
      } else if (found !== 'reported' && !(shape.optional && isNull(found))) {
        this.value(found, shape, `${prefix}${name}`, prefix === '')
      }
    }
    for (const member of object.members.filter(({ key }) => isUndeclared(key, shapes))) this.suggest(member.key, missing, prefix)
    if (missing.size > 0) this.lack(object, missing, prefix)
  }

  /** Returns the value at a path; null if it is absent. A value on the way that is no object is reported. */
  private follow(object: JsonObject, path: readonly string[], prefix: string): JsonNode | 'reported' | null {
    let node: JsonNode | null = object
    for (const [at, key] of path.entries()) {
      if (node === null || isNull(node)) return null
      if (node.kind !== 'JsonObject')
        return this.mismatch(node, { path: `${prefix}${path.slice(0, at).join('.')}`, expected: 'an object', sample: '{ … }' })
      const member = node.members.find((one) => keyText(one.key) === key)
      if (member === undefined) return null
      node = this.valueAt(member.value)
      if (node === null) return 'reported'
    }
    return node
  }

  private valueAt(node: JsonNode): JsonNode | null {
    return node.kind === 'Placeholder' ? this.standsFor(node) : node
  }

  private value(written: JsonNode, { type, path }: FieldShape, name: string, isClaim: boolean): void {
    const node = this.valueAt(written)
    if (node === null) return
    const text = isClaim && isScope(path, type) ? scalarOf(node) : null
    if (typeof text === 'string' && 'element' in type) {
      this.scopes(node, text, type.element, name)
      return
    }
    if (isClaim && name === 'spiffe_id' && this.identity.byCertificate) {
      const id = String(scalarOf(node))
      if (id.length > MOST_ID || !SPIFFE_ID.test(id))
        this.mismatch(node, { path: name, expected: 'a SPIFFE ID', sample: '"spiffe://shop.example/ns/shop"' })
      return
    }
    this.typed(node, type, name)
  }

  /** Checks a text of scopes with spaces between them. */
  private scopes(node: JsonNode, text: string, type: Type, path: string): void {
    const words = text.split(' ').filter((word) => word !== '')
    if (words.every((word) => fitsScalar(word, type))) return
    this.mismatch(node, { path, expected: `words of \`${showType(type)}\` with spaces between them`, sample: sampleOf(type) })
  }

  private typed(written: JsonNode, type: Type, path: string): void {
    const node = this.valueAt(written)
    if (node === null || type.kind === 'unknown') return
    if ((type.kind === 'list' || type.kind === 'set') && node.kind === 'JsonArray') {
      for (const [at, element] of node.elements.entries()) this.typed(element, type.element, `${path}[${at}]`)
    } else if (type.kind === 'map' && node.kind === 'JsonObject') {
      for (const { key, value } of node.members) this.typed(value, type.value, `${path}[${JSON.stringify(keyText(key))}]`)
    } else if (type.kind === 'record' && node.kind === 'JsonObject') {
      this.fields(node, type.fields, `${path}.`)
    } else if (node.kind !== 'JsonScalar' || !fitsScalar(node.value, type)) {
      const instead = insteadOf(node, type)
      const sample = sampleOf(type)
      const fixes = renameTo(instead ?? sample, node.span).map((fix) => ({ ...fix, hasPlaceholders: instead === null }))
      this.mismatch(node, { path, expected: `\`${showType(type)}\``, sample, instead }, fixes)
    }
  }

  private mismatch(
    node: JsonNode,
    { path, ...told }: { path: string; expected: string; sample: string; instead?: string | null },
    fixes: readonly Fix[] = [],
  ): 'reported' {
    const params = { claim: path, identity: this.identity.name, found: shownJson(node), instead: null, ...told }
    this.diagnostics.push(report(claimMismatch, node.span, params, this.declared(path), fixes))
    return 'reported'
  }

  /** Reports a member that stands for a claim that is missing: under its own name though it has another one, or misspelled. */
  private suggest(key: Name | Text, missing: Map<string, FieldShape>, prefix: string): void {
    const written = keyText(key)
    const names = [...missing].filter(([, { path }]) => path.length === 1).map(([name]) => name)
    const name = missing.has(written) ? written : nearest(written, names)
    const shape = name === null ? undefined : missing.get(name)
    if (name === null || shape === undefined) return
    missing.delete(name)
    const [first = '', ...rest] = shape.path
    const suggestion = rest.length === 0 ? keyOf(first) : nestedKeys(shape.path)
    const fixes = rest.length === 0 ? renameTo(suggestion, key.span) : []
    const params = { names: `\`${prefix}${name}\``, identity: this.identity.name, written, suggestion }
    this.diagnostics.push(report(claimsLack, key.span, params, this.declared(`${prefix}${name}`), fixes))
  }

  private lack(object: JsonObject, missing: Shapes, prefix: string): void {
    const suggestion = [...missing.values()].map(({ path, type }) => nestedKeys(path, sampleOf(type))).join(', ')
    const names = [...missing.keys()].map((name) => `${prefix}${name}`)
    const params = {
      names: names.map((name) => `\`${name}\``).join(', '),
      identity: this.identity.name,
      written: null,
      suggestion,
    }
    const related = this.declared(prefix === '' && names.length > 1 ? '' : names[0])
    this.diagnostics.push(report(claimsLack, object.span, params, related, addMissing(object, missing, `add \`${suggestion}\``)))
  }

  /** Returns where the claim of a path is declared, or else its identity. */
  private declared(path = ''): Diagnostic['related'] {
    const { name, declaration } = this.identity
    const claim = path.split(/[.[]/, 1)[0]
    const field = declaration.claims.find((one) => one.name.text === claim)
    return [{ message: `\`${field === undefined ? name : claim}\` is declared here`, span: (field ?? declaration).name.span }]
  }
}

/** Returns the fix that adds the missing members to an object, or to objects in it; none if a new object would get several. */
function addMissing(object: JsonObject, missing: Shapes, title: string): readonly Fix[] {
  const added = new Map<JsonObject, Map<string, string>>()
  for (const { path, type } of missing.values()) {
    const [into, rest] = deepest(object, path)
    const members = added.get(into) ?? new Map<string, string>()
    const [first = ''] = rest
    if (members.has(first)) return []
    added.set(into, members.set(first, nestedKeys(rest, sampleOf(type))))
  }
  const edits = [...added].map(([into, members]) => insertion(into, [...members.values()].join(', ')))
  return [{ title, edits, hasPlaceholders: true }]
}

/** Returns the innermost object on a path that exists, and the rest of the path. */
function deepest(object: JsonObject, path: readonly string[]): readonly [JsonObject, readonly string[]] {
  const next = object.members.find(({ key }) => keyText(key) === path[0])?.value
  return next?.kind === 'JsonObject' && path.length > 1 ? deepest(next, path.slice(1)) : [object, path]
}

function insertion({ members, span: { source, start } }: JsonObject, text: string): Fix['edits'][number] {
  const last = members.at(-1)?.value.span.end
  const at = last ?? start + 1
  return { span: { source, start: at, end: at }, text: last === undefined ? ` ${text} ` : `, ${text}` }
}

function isUndeclared(key: Name | Text, shapes: Shapes): boolean {
  return [...shapes.values()].every(({ path }) => path[0] !== keyText(key))
}

function fitsScalar(value: JsonScalar['value'], type: Type): boolean {
  switch (type.kind) {
    case 'bool':
      return typeof value === 'boolean'
    case 'int':
      return Number.isSafeInteger(value)
    case 'double':
      return typeof value === 'number'
    case 'literals':
      return type.values.some((one) => one === value)
    case 'timestamp':
      // RFC 7519, section 2: seconds since 1970.
      if (typeof value === 'number') return Math.abs(value) < 1e12 && isTimestamp(BigInt(Math.round(value * 1000)) * 1_000_000n)
      return typeof value === 'string' && parseTimestamp(value) !== null
    case 'duration':
      return typeof value === 'string' && readDurationConstant(value) !== null
    case 'ip':
      return typeof value === 'string' && isAddress(value)
    case 'cidr':
      return typeof value === 'string' && isRange(value)
    default:
      return type.kind === 'string' && typeof value === 'string'
  }
}

function scalarOf(node: JsonNode): JsonScalar['value'] {
  return node.kind === 'JsonScalar' ? node.value : null
}

function isNull(node: JsonNode): boolean {
  return node.kind === 'JsonScalar' && node.value === null
}

function keyOf(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key)
}

/** Returns `a: { b: value }` for the path `a`, `b`; without a value, `a: { b: … }`. */
function nestedKeys([first = '', ...rest]: readonly string[], value = '…'): string {
  return `${keyOf(first)}: ${rest.length === 0 ? value : `{ ${nestedKeys(rest, value)} }`}`
}

const MOST_SHOWN = 40

/** Returns a value as a message shows it. */
function shownJson(node: JsonNode): string {
  if (node.kind === 'JsonArray') return 'a list'
  if (node.kind === 'JsonObject') return 'an object'
  const text = node.span.source.text.slice(node.span.start, node.span.end)
  return text.length <= MOST_SHOWN && !text.includes('\n') ? `\`${text}\`` : 'a long text'
}
