import { unknownMethod } from '../../diagnostics/catalogue/names.ts'
import { foreignNames, mtlsClaims, standsTwice } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { renameTo, report } from '../../diagnostics/report.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import type { Field, IdentityDeclaration } from '../../syntax/ast.ts'
import { byName } from '../by-name.ts'
import { refuseHierarchy } from '../definitions/hierarchy.ts'
import type { AuthenticationMethod, Identity } from '../model.ts'
import type { Results } from '../results.ts'
import type { Scope } from '../scope.ts'
import type { TypeResolver } from '../types/resolve-type.ts'
import { type FieldShape, STRING } from '../types/type.ts'

const METHODS: readonly AuthenticationMethod[] = ['oidc', 'jwt', 'oauth2', 'saml', 'mtls', 'api_key', 'custom']

/** The fields that a verified certificate (SPIFFE X.509-SVID) adds to a caller without a declaration. */
const MTLS_FIELDS: ReadonlyMap<string, FieldShape> = new Map([
  ['spiffe_id', { type: STRING, optional: false, path: ['spiffe_id'] }],
  ['trust_domain', { type: STRING, optional: false, path: ['trust_domain'] }],
  ['path', { type: STRING, optional: false, path: ['path'] }],
  ['dns_names', { type: { kind: 'list', element: STRING }, optional: false, path: ['dns_names'] }],
])

/** Checks the identity declarations, and returns one `Identity` for each, sorted by name. */
export function checkIdentities(
  scope: Scope,
  resolver: TypeResolver,
  diagnostics: Diagnostic[],
  results: Results,
): Map<IdentityDeclaration, Identity> {
  const declarations = scope.declarations
    .filter((one): one is IdentityDeclaration => one.kind === 'IdentityDeclaration')
    .sort(byName)
  return new Map(
    declarations.map((declaration, index) => {
      const identity = results.of(declaration, () => checkIdentity(declaration, scope, resolver, diagnostics))
      identity.index = index
      return [declaration, identity]
    }),
  )
}

function checkIdentity(
  declaration: IdentityDeclaration,
  scope: Scope,
  resolver: TypeResolver,
  diagnostics: Diagnostic[],
): Identity & { index: number } {
  const methods = checkMethods(declaration, diagnostics)
  const claims = claimsOf(declaration, scope, resolver, diagnostics)
  checkForeignNames(declaration, claims, diagnostics)
  // With several methods a caller may have come without a certificate, so the certificate's fields are not guaranteed.
  const byCertificate = methods.length === 1 && methods[0] === 'mtls'
  if (methods.includes('mtls')) checkUndeclared(declaration, diagnostics)
  const fields = new Map([...claims, ...(byCertificate ? MTLS_FIELDS : [])])
  return { name: declaration.name.text, index: -1, methods, byCertificate, claims, fields, declaration }
}

function claimsOf(
  declaration: IdentityDeclaration,
  scope: Scope,
  resolver: TypeResolver,
  diagnostics: Diagnostic[],
): ReadonlyMap<string, FieldShape> {
  const claims = new Map(resolver.fieldsOf(declaration.claims, scope.fileOf(declaration)))
  const written = new Map<string, Field>()
  for (const field of declaration.claims) if (!written.has(field.name.text)) written.set(field.name.text, field)
  for (const [name, field] of written) {
    const shape = claims.get(name)
    if (shape !== undefined) claims.set(name, { ...shape, type: refuseHierarchy(shape.type, field.type.span, diagnostics) })
  }
  return claims
}

function checkMethods(declaration: IdentityDeclaration, diagnostics: Diagnostic[]): AuthenticationMethod[] {
  const methods: AuthenticationMethod[] = []
  for (const name of declaration.methods) {
    const method = METHODS.find((one) => one === name.text)
    if (method === undefined) {
      const suggestion = nearest(name.text, METHODS)
      diagnostics.push(report(unknownMethod, name.span, { name: name.text, suggestion }, [], renameTo(suggestion, name.span)))
    } else if (methods.includes(method)) {
      diagnostics.push(report(standsTwice, name.span, { name: method }))
    } else {
      methods.push(method)
    }
  }
  return methods
}

function checkUndeclared(declaration: IdentityDeclaration, diagnostics: Diagnostic[]): void {
  for (const { name } of declaration.claims) {
    if (MTLS_FIELDS.has(name.text)) diagnostics.push(report(mtlsClaims, name.span, { name: name.text }))
  }
}

/** Rejects two claims of which one is read from inside the other: one JSON value would need two types. */
function checkForeignNames(
  declaration: IdentityDeclaration,
  claims: ReadonlyMap<string, FieldShape>,
  diagnostics: Diagnostic[],
): void {
  const read = new Map<string, string>()
  const within = new Map<string, string>()
  const seen = new Set<string>()
  for (const field of declaration.claims) {
    const { text } = field.name
    const shape = claims.get(text)
    if (shape === undefined || seen.has(text)) continue
    seen.add(text)
    const ways = shape.path.map((_, at) => JSON.stringify(shape.path.slice(0, at + 1)))
    const whole = ways.at(-1) as string
    const other = within.get(whole) ?? ways.slice(0, -1).flatMap((way) => read.get(way) ?? [])[0]
    if (other !== undefined) diagnostics.push(report(foreignNames, field.span, { a: other, b: text }))
    if (!read.has(whole)) read.set(whole, text)
    for (const way of ways.slice(0, -1)) if (!within.has(way)) within.set(way, text)
  }
}
