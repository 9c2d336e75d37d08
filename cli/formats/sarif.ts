/** Diagnostics as a SARIF 2.1.0 log (OASIS Standard), for code hosts and editors. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { catalogue, type Diagnostic, type Entry, positionAt, type Span } from '../../language/index.ts'
import type { DiagnosticsPage } from './diagnostics-page.ts'
import { fingerprintsOf } from './finding.ts'
import { securitySeverity } from './security-severity.ts'

/** A warning that a comment ignores, with its reason. */
interface Suppressed {
  readonly diagnostic: Diagnostic
  readonly reason: string
}

interface SarifContext {
  /** The version of `iap`. */
  readonly version: string
  /** The working directory, to which the names of sources are relative. */
  readonly cwd: string
  /** Describes the kinds of diagnostics; null if it is missing. */
  readonly page: DiagnosticsPage | null
}

/** Returns diagnostics as a log in SARIF, the exchange format of code scanning. */
export function sarifLog(diagnostics: readonly Diagnostic[], ignored: readonly Suppressed[], context: SarifContext): object {
  const { version, cwd, page } = context
  const all = [...diagnostics, ...ignored.map(({ diagnostic }) => diagnostic)]
  const codes = [...new Set(all.map(({ code }) => code))].sort()
  const indices = new Map(codes.map((code, at) => [code, at]))
  const fingerprints = fingerprintsOf(all)
  const results = all.map((diagnostic, at) => ({
    ...resultOf(diagnostic, indices.get(diagnostic.code) ?? -1, cwd),
    // The name by which GitHub recognizes a result in a later version.
    partialFingerprints: { primaryLocationLineHash: fingerprints[at] },
  }))
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'iap', version, semanticVersion: version, rules: codes.map((code) => ruleOf(code, page)) } },
        originalUriBaseIds: { [ROOT]: { uri: pathToFileURL(join(cwd, '/')).href } },
        invocations: [{ executionSuccessful: true }],
        // Columns as in `check --format json` (section 3.14.27).
        columnKind: 'utf16CodeUnits',
        results: [
          ...results.slice(0, diagnostics.length),
          ...ignored.map(({ reason }, at) => ({
            ...results[diagnostics.length + at],
            suppressions: [{ kind: 'inSource', justification: reason }],
          })),
        ],
      },
    ],
  }
}

/** The name for the working directory. Code hosts know it as the root of the checked out sources. */
const ROOT = '%SRCROOT%'

/** Describes a kind of diagnostic, with `…` for its parameters. */
function ruleOf(code: string, page: DiagnosticsPage | null): object {
  const entry = catalogue.find((one) => one.code === code)
  if (entry === undefined) return { id: code }
  const { message, help } = shown(entry)
  const section = page?.sectionOf(code) ?? null
  const severity = securitySeverity(code)
  return {
    id: code,
    shortDescription: { text: messageText(message) },
    fullDescription: { text: messageText(help === '' ? message : `${message}\n${help}`) },
    // Unlike the text of a message, the Markdown is shown as it is, without placeholders.
    help: { text: messageText(help === '' ? message : help), ...(section === null ? {} : { markdown: section }) },
    ...(page === null ? {} : { helpUri: page.uriOf(code) }),
    defaultConfiguration: { level: entry.severity },
    properties: severity === null ? { tags: ['policy'] } : { tags: ['policy', 'security'], 'security-severity': severity },
  }
}

function shown(entry: Entry<never>): { readonly message: string; readonly help: string } {
  const params = new Proxy({}, { get: () => '…' }) as never
  return { message: entry.message(params), help: entry.help(params) }
}

function resultOf({ code, severity, message, help, span, related, fixes }: Diagnostic, ruleIndex: number, cwd: string): object {
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: messageText(help === '' ? message : `${message}\n${help}`) },
    locations: [{ physicalLocation: physical(span, cwd) }],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((other, id) => ({
            id,
            message: { text: messageText(other.message) },
            physicalLocation: physical(other.span, cwd),
          })),
        }),
    ...(fixes.length === 0 ? {} : { fixes: fixes.map((fix) => fixOf(fix, cwd)) }),
  }
}

function fixOf({ title, edits }: Diagnostic['fixes'][number], cwd: string): object {
  const byFile = new Map<string, typeof edits>()
  for (const edit of edits) {
    const { name } = edit.span.source
    byFile.set(name, [...(byFile.get(name) ?? []), edit])
  }
  return {
    description: { text: messageText(title) },
    artifactChanges: [...byFile].map(([name, list]) => ({
      artifactLocation: artifactOf(name, cwd),
      replacements: list.map(({ span, text }) => ({ deletedRegion: regionOf(span), insertedContent: { text } })),
    })),
  }
}

function physical(span: Span, cwd: string): object {
  return { artifactLocation: artifactOf(span.source.name, cwd), region: regionOf(span) }
}

/** A reference below a base has no `..` (section 3.14.14), so files outside of the working directory have absolute URIs. */
function artifactOf(name: string, cwd: string): object {
  return name.startsWith('../') ? { uri: pathToFileURL(join(cwd, name)).href } : { uri: uriOf(name), uriBaseId: ROOT }
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
