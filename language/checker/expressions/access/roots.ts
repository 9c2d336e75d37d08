/** Checks the roots of paths, and where each may be read. */
import { bodiesDiffer, defReadsRoute, roleReadsRequest, rootNotDeclared } from '../../../diagnostics/catalogue/reads.ts'
import { report } from '../../../diagnostics/report.ts'
import type { Identifier } from '../../../syntax/ast.ts'
import type { Reference, Root } from '../../model.ts'
import { CALLER, type FieldShape, IP, type RecordShape, STRING, TIMESTAMP, type Type, UNKNOWN } from '../../types/type.ts'
import type { ExpressionContext } from '../expression-context.ts'

export const ROOTS: readonly Root[] = ['caller', 'params', 'query', 'body', 'request', 'source', 'connection']

/** One shared reference for each root, as most expressions begin with one. */
const REFERENCES: Readonly<Record<Root, Reference>> = {
  caller: { kind: 'root', root: 'caller' },
  params: { kind: 'root', root: 'params' },
  query: { kind: 'root', root: 'query' },
  body: { kind: 'root', root: 'body' },
  request: { kind: 'root', root: 'request' },
  source: { kind: 'root', root: 'source' },
  connection: { kind: 'root', root: 'connection' },
}

export const HEADERS: Type = { kind: 'map', value: STRING }

const REQUEST = closedRecord({ method: STRING, host: STRING, path: STRING, headers: HEADERS, time: TIMESTAMP })
const SOURCE = closedRecord({ ip: IP })
const CERTIFICATE = closedRecord({
  spiffe_id: STRING,
  trust_domain: STRING,
  path: STRING,
  dns_names: { kind: 'list', element: STRING },
})
const CONNECTION: RecordShape = {
  kind: 'record',
  fields: new Map([['mtls', { type: CERTIFICATE, optional: true, path: ['mtls'] }]]),
  open: false,
}

function closedRecord(fields: Readonly<Record<string, Type>>): RecordShape {
  const shapes = Object.entries(fields).map(([name, type]): [string, FieldShape] => [
    name,
    { type, optional: false, path: [name] },
  ])
  return { kind: 'record', fields: new Map(shapes), open: false }
}

/** Returns the type of a root, such as `caller` or `params`; reports a root that may not be read here and returns `unknown`. */
export function checkRoot(root: Root, expression: Identifier, context: ExpressionContext): Type {
  const { place, diagnostics } = context
  const isOfRoute = root === 'params' || root === 'query' || root === 'body'
  if (place === 'role' && root !== 'caller') {
    diagnostics.push(report(roleReadsRequest, expression.span, { name: root }))
    return UNKNOWN
  }
  if (place === 'def' && isOfRoute) {
    diagnostics.push(report(defReadsRoute, expression.span, { name: root }))
    return UNKNOWN
  }
  context.references.set(expression, REFERENCES[root])
  context.reads.roots.add(root)
  switch (root) {
    case 'caller':
      return CALLER
    case 'request':
      return REQUEST
    case 'source':
      return SOURCE
    case 'connection':
      return CONNECTION
    default:
      return ofRoute(root, expression, context)
  }
}

function ofRoute(root: 'params' | 'query' | 'body', expression: Identifier, { roots, diagnostics }: ExpressionContext): Type {
  const shape = roots[root]
  if (shape === null) return UNKNOWN
  if (shape === undefined) {
    if (root === 'params') return closedRecord({})
    diagnostics.push(report(rootNotDeclared, expression.span, { name: root }))
    return UNKNOWN
  }
  if (shape === 'differing') {
    diagnostics.push(report(bodiesDiffer, expression.span, {}))
    return UNKNOWN
  }
  return shape.type
}
