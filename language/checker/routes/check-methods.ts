import { badMethod, standsTwice } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { renameTo, report } from '../../diagnostics/report.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import type { Name, Text } from '../../syntax/ast.ts'

/** The methods that are written without quotes, so that a typo is no method of its own. */
const COMMON_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** The proxy always refuses these methods. */
const REFUSED_METHODS = new Set(['CONNECT', 'TRACE', 'TRACK'])

/** Checks the methods of a route, and returns them sorted, with HEAD if GET is present. Returns null for `ANY`. */
export function checkMethods(written: readonly (Name | Text)[], diagnostics: Diagnostic[]): string[] | null {
  const methods = new Set<string>()
  let any = false
  for (const node of written) {
    const method = methodText(node)
    if (node.kind === 'Name' && method === 'ANY') {
      any = true
      if (written.length > 1) diagnostics.push(report(badMethod, node.span, { method, why: 'it already includes every method' }))
    } else if (REFUSED_METHODS.has(method)) {
      diagnostics.push(report(badMethod, node.span, { method, why: 'the proxy rejects it in every request' }))
    } else if (!checkSpelling(node, diagnostics)) {
      // Reported.
    } else if (methods.has(method)) {
      diagnostics.push(report(standsTwice, node.span, { name: method }))
    } else {
      methods.add(method)
    }
  }
  if (any) return null
  if (methods.has('GET')) methods.add('HEAD')
  return [...methods].sort()
}

export function methodText(node: Name | Text): string {
  return node.kind === 'Name' ? node.text : node.value
}

/** Returns whether the spelling of a method is valid. Reports an invalid one. */
export function checkSpelling(node: Name | Text, diagnostics: Diagnostic[]): boolean {
  const method = methodText(node)
  if (node.kind === 'Name' && !COMMON_METHODS.includes(method)) {
    const near = nearest(method, COMMON_METHODS)
    const why =
      near === null
        ? `quote methods other than ${COMMON_METHODS.join(' ')}`
        : `did you mean \`${near}\`? Quote a nonstandard method`
    diagnostics.push(report(badMethod, node.span, { method, why }, [], renameTo(near, node.span)))
    return false
  }
  if (/^[A-Z]+(-[A-Z]+)*$/.test(method)) return true
  diagnostics.push(report(badMethod, node.span, { method, why: 'methods are upper-case letters and `-`' }))
  return false
}
