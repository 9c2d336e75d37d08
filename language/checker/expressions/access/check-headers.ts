/** Checks `request.headers`, which is no value: it may stand only before an index and after `in`. */
import { headerName, notAValue } from '../../../diagnostics/catalogue/reads.ts'
import { report } from '../../../diagnostics/report.ts'
import type { Expression, Identifier, Member } from '../../../syntax/ast.ts'
import { type Type, UNKNOWN } from '../../types/type.ts'
import type { ExpressionContext } from '../expression-context.ts'
import type { FlowFacts } from '../flow/narrowing.ts'
import { replaceBy } from '../quick-fixes.ts'
import { showExpression } from '../show-expression.ts'
import { checkObject } from './check-name.ts'
import { HEADERS } from './roots.ts'

type HeadersMember = Member & { readonly object: Identifier }

/** Returns whether an expression is spelled `request.headers`. */
export function isHeaders(expression: Expression, { variables }: ExpressionContext): expression is HeadersMember {
  return (
    expression.kind === 'Member' &&
    expression.field.text === 'headers' &&
    expression.object.kind === 'Identifier' &&
    expression.object.name === 'request' &&
    !variables.has('request')
  )
}

/** Reports `request.headers` in a place that requires a value. */
export function refuseHeaders(expression: HeadersMember, known: FlowFacts, context: ExpressionContext): Type {
  const name = 'request.headers'
  if (checkHeaders(expression, known, context).kind !== 'unknown')
    context.diagnostics.push(report(notAValue, expression.span, { name, written: name }))
  return UNKNOWN
}

/** Checks `request.headers` where it is allowed: as the object of an access to a header. */
export function checkHeaders(expression: HeadersMember, known: FlowFacts, context: ExpressionContext): Type {
  const headers = checkObject(expression.object, known, context).kind === 'unknown' ? UNKNOWN : HEADERS
  context.types.set(expression, headers)
  return headers
}

/** Checks a header name: a literal in lower case, of a header that conditions may read. */
export function checkHeaderName(name: Expression, context: ExpressionContext): boolean {
  const text = name.kind === 'StringLiteral' ? name.value : null
  const problem = text === null ? 'it is not a literal' : isReadableHeader(text)
  if (problem === null) {
    context.reads.headers.add(text as string)
    return true
  }
  const lower = text?.toLowerCase() ?? null
  const bare = name.kind === 'Binary' ? (/^[a-z]+(?:-[a-z]+)*$/i.exec(showExpression(name))?.[0].toLowerCase() ?? null) : null
  const instead = bare ?? (lower !== null && lower !== text && isReadableHeader(lower) === null ? lower : null)
  const fixes = instead === null ? [] : replaceBy(JSON.stringify(instead), name.span)
  const words = { why: problem, isText: text !== null, instead }
  context.diagnostics.push(report(headerName, name.span, words, [], fixes))
  return false
}

const TOKEN = /^[a-z0-9!#$%&'*+.^_`|~-]+$/

/** Null where a condition may read the header of that name, else why not. */
function isReadableHeader(name: string): string | null {
  if (name !== name.toLowerCase()) return 'header names are written in lower case'
  if (!TOKEN.test(name)) return 'it is not a header name'
  // A condition that saw a credential, or what the proxy itself writes, could let it out or be fooled by it.
  if (name === 'authorization' || name === 'cookie' || name.startsWith('proxy-')) return 'credentials cannot be read'
  if (/^x[-_.]iap([-_.]|$)/.test(name)) return "the proxy's own headers cannot be read"
  return null
}
