/** Reads `// iap-ignore IAPnnnn: reason` comments. */
import { catalogue } from '../../diagnostics/catalogue/index.ts'
import { ignoreCode, ignoreIncomplete } from '../../diagnostics/catalogue/lint.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import type { Span } from '../../source.ts'
import type { Comment, File } from '../../syntax/ast.ts'
import { childrenOf, type SyntaxNode } from '../../syntax/children.ts'

export interface Ignore {
  readonly code: string
  readonly reason: string
  readonly comment: Comment
  /** The span of the ignored warnings: those that begin within it. */
  readonly scope: Span
}

const form = /^\/\/(?!\/)\s*iap-ignore\b[ \t]*([^\s:]*)[ \t]*:?(.*)$/

/** Reads the `// iap-ignore` comments of a file: returns the valid ones, and a diagnostic for each other one. */
export function readIgnores(file: File): { readonly ignores: readonly Ignore[]; readonly diagnostics: readonly Diagnostic[] } {
  const ignores: Ignore[] = []
  const diagnostics: Diagnostic[] = []
  for (const comment of file.comments) {
    const found = form.exec(comment.text)
    if (found === null) continue
    const [, code = '', rest = ''] = found
    const reason = rest.trim()
    const why = code === '' ? null : whyNot(code)
    if (code === '') diagnostics.push(report(ignoreIncomplete, comment.span, { lacks: 'code' }))
    else if (why !== null) diagnostics.push(report(ignoreCode, comment.span, { code, why }))
    else if (reason === '') diagnostics.push(report(ignoreIncomplete, comment.span, { lacks: 'reason' }))
    else ignores.push({ code, reason, comment, scope: scopeOf(comment, file) })
  }
  return { ignores, diagnostics }
}

function whyNot(code: string): string | null {
  const entry = catalogue.find((one) => one.code === code)
  if (entry === undefined) return 'there is no such warning'
  if (entry.severity === 'error') return 'it is an error'
  return [ignoreIncomplete.code, ignoreCode.code].includes(code as `IAP${number}`) ? 'it reports `iap-ignore` comments' : null
}

/** Returns the line that the comment ends, or else what follows it: a whole declaration, route or clause, or a line. */
function scopeOf({ span }: Comment, file: File): Span {
  const { source, start, end } = span
  const { text } = source
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  if (text.slice(lineStart, start).trim() !== '') return { source, start: lineStart, end }
  const next = nextPlace(end, file)
  const whole = begunAt(next, file)
  if (whole !== null) return whole.span
  const lineEnd = text.indexOf('\n', next)
  return { source, start: text.lastIndexOf('\n', next - 1) + 1, end: lineEnd === -1 ? text.length : lineEnd }
}

/** Returns the next offset of something other than white space and comments. */
function nextPlace(from: number, { comments, span }: File): number {
  const { text } = span.source
  let at = from
  for (;;) {
    while (at < text.length && /\s/.test(text[at] as string)) at += 1
    const comment = comments.find((one) => one.span.start === at)
    if (comment === undefined) return at
    at = comment.span.end
  }
}

const wholes: ReadonlySet<SyntaxNode['kind']> = new Set<SyntaxNode['kind']>([
  'RouteDeclaration',
  'OperationDeclaration',
  'Condition',
  'Limit',
  'HeaderClause',
])

/** Returns the outermost declaration, route or clause that begins at an offset. */
function begunAt(offset: number, { imports, declarations }: File): SyntaxNode | null {
  const holding = [...imports, ...declarations].find(({ span }) => span.start <= offset && offset < span.end)
  if (holding === undefined || holding.span.start === offset) return holding ?? null
  return childrenOf(holding).find(({ kind, span }) => wholes.has(kind) && span.start === offset) ?? null
}
