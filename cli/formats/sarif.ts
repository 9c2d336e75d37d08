/** Diagnostics as a SARIF 2.1.0 log (OASIS Standard), for code hosts and editors. */
import { catalogue, type Diagnostic, type Entry, positionAt, type Span } from '../../language/index.ts'

/** A warning that a comment ignores, with its reason. */
interface Suppressed {
  readonly diagnostic: Diagnostic
  readonly reason: string
}

/**
 * Returns diagnostics as a log in SARIF, the exchange format of code scanning.
 *
 * @param version the version of `iap`
 */
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
        // Columns as in `check --format json` (section 3.14.27).
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

/** Describes a kind of diagnostic, with `…` for its parameters. */
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

/** Returns a relative reference (RFC 3986), as file names may contain reserved characters. */
function uriOf(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/')
}

/** Doubles literal braces (section 3.11.5), and escapes links (section 3.11.6). */
function messageText(text: string): string {
  const plain = text.replaceAll('{', '{{').replaceAll('}', '}}')
  return plain.replace(/\[([^[\]]*)\](?=\()/g, '\\[$1\\]')
}
