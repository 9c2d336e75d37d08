/** Diagnostics as a SARIF 2.1.0 log (OASIS Standard), which code hosts and editors read. */
import { catalogue, type Diagnostic, type Entry, positionAt, type Span } from '../../language/index.ts'

/** A warning that a comment ignores, and why. */
interface Suppressed {
  readonly diagnostic: Diagnostic
  readonly reason: string
}

/** @param version that of `iap` */
export function sarifLog(diagnostics: readonly Diagnostic[], ignored: readonly Suppressed[], version: string): object {
  const all = [...diagnostics, ...ignored.map(({ diagnostic }) => diagnostic)]
  const codes = [...new Set(all.map(({ code }) => code))].sort()
  const indices = new Map(codes.map((code, at) => [code, at]))
  const result = (diagnostic: Diagnostic) => resultOf(diagnostic, indices.get(diagnostic.code) ?? -1)
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'iap', version, rules: codes.map(ruleOf) } },
        invocations: [{ executionSuccessful: true }],
        // Columns as `check --format json` has them (section 3.14.27).
        columnKind: 'utf16CodeUnits',
        results: [
          ...diagnostics.map(result),
          ...ignored.map(({ diagnostic, reason }) => ({
            ...result(diagnostic),
            suppressions: [{ kind: 'inSource', justification: reason }],
          })),
        ],
      },
    ],
  }
}

/** A kind of diagnostic; what its message is filled in with is `…`. */
function ruleOf(code: string): object {
  const entry = catalogue.find((one) => one.code === code)
  if (entry === undefined) return { id: code }
  const { message, help } = shown(entry)
  return {
    id: code,
    shortDescription: { text: messageText(message) },
    ...(help === '' ? {} : { help: { text: messageText(help) } }),
    defaultConfiguration: { level: entry.severity },
  }
}

function shown(entry: Entry<never>): { readonly message: string; readonly help: string } {
  const params = new Proxy({}, { get: () => '…' }) as never
  return { message: entry.message(params), help: entry.help(params) }
}

function resultOf({ code, severity, message, help, span, related, fixes }: Diagnostic, ruleIndex: number): object {
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: messageText(help === '' ? message : `${message}\n${help}`) },
    locations: [{ physicalLocation: physical(span) }],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((other, id) => ({
            id,
            message: { text: messageText(other.message) },
            physicalLocation: physical(other.span),
          })),
        }),
    ...(fixes.length === 0 ? {} : { fixes: fixes.map(fixOf) }),
  }
}

function fixOf({ title, edits }: Diagnostic['fixes'][number]): object {
  const byFile = new Map<string, typeof edits>()
  for (const edit of edits) {
    const { name } = edit.span.source
    byFile.set(name, [...(byFile.get(name) ?? []), edit])
  }
  return {
    description: { text: messageText(title) },
    artifactChanges: [...byFile].map(([name, list]) => ({
      artifactLocation: { uri: uriOf(name) },
      replacements: list.map(({ span, text }) => ({ deletedRegion: regionOf(span), insertedContent: { text } })),
    })),
  }
}

function physical(span: Span): object {
  return { artifactLocation: { uri: uriOf(span.source.name) }, region: regionOf(span) }
}

function regionOf({ source, start, end }: Span): object {
  const from = positionAt(source, start)
  const to = positionAt(source, end)
  return { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column }
}

/** A relative reference (RFC 3986): a file name may hold what is no part of one. */
function uriOf(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/')
}

/** Literal braces are doubled (section 3.11.5), and what would be a link is none (section 3.11.6). */
function messageText(text: string): string {
  const plain = text.replaceAll('{', '{{').replaceAll('}', '}}')
  return plain.replace(/\[([^[\]]*)\](?=\()/g, '\\[$1\\]')
}
