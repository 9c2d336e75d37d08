import { DiagnosticSeverity } from 'vscode-languageserver-types'
import { nearest, offsetAt, type Span } from '../../language/index.ts'
import { checkEntries } from '../../runtime/server/config/check-bindings.ts'
import { BOUND, type BoundKind, checkNames } from '../../runtime/server/config/check-names.ts'
import { type LoadResult, readConfig } from '../../runtime/server/config/read-config.ts'
import { folderOf, pathFrom } from '../workspace/files.ts'
import { type BoundPolicies, declarationOf, namesOf } from './bound-names.ts'
import type { ConfigFile } from './config-files.ts'
import { type ConfigNode, nodesOf } from './config-tree.ts'
import { addEntry, type ConfigEdit, removeEntry, stubOf } from './stubs.ts'

/** What is wrong in a configuration. */
export interface ConfigFinding {
  readonly span: Span
  readonly severity: DiagnosticSeverity
  readonly message: string
  /** The declaration in a policy, with its sources' project. */
  readonly related: { readonly policies: BoundPolicies; readonly span: Span } | null
  readonly isUnused: boolean
  readonly fixes: readonly { readonly title: string; readonly edit: ConfigEdit }[]
}

/** Returns what a proxy would report at start, and names that its policies lack. */
export function findingsOf(config: ConfigFile, policies: readonly BoundPolicies[]): readonly ConfigFinding[] {
  const { strict, dev } = readingsOf(config)
  const lacking = unbound(config, policies)
  // An entry that probably has the name of another is reported once.
  const spans = new Set(lacking.map(({ span }) => span))
  const found = [
    ...mistakes(config, strict, dev),
    ...lacking,
    ...mismatched(config, dev, policies),
    ...unknown(config, policies).filter(({ span }) => !spans.has(span)),
  ]
  return found.sort((a, b) => a.span.start - b.span.start)
}

interface Readings {
  readonly strict: LoadResult
  /** As `iap run --dev` reads it. */
  readonly dev: LoadResult
}

/** Memoized, as each edit of a policy asks for the findings of a configuration that has not changed. */
const known = new WeakMap<ConfigFile, Readings>()

function readingsOf(config: ConfigFile): Readings {
  const found = known.get(config)
  if (found !== undefined) return found
  const { path, source } = config
  const location = { file: source.name, path, absolute: (named: string) => pathFrom(folderOf(path), named) }
  const strict = readConfig(source.text, location)
  const readings = { strict, dev: strict.ok ? strict : readConfig(source.text, location, { dev: true }) }
  known.set(config, readings)
  return readings
}

/** What `iap run --dev` does not need is a warning where there is a section for that. */
function mistakes(config: ConfigFile, strict: LoadResult, dev: LoadResult): readonly ConfigFinding[] {
  if (strict.ok) return []
  const always = new Set(dev.ok ? [] : dev.errors.map(({ line, column, message }) => `${line}:${column}:${message}`))
  const hasDev = memberOf(config.tree, 'dev') !== null
  const spanAt = spansOf(config)
  return strict.errors.map(({ line, column, message, meant }) => {
    const isError = !hasDev || always.has(`${line}:${column}:${message}`)
    const span = spanAt(offsetAt(config.source, { line, column }))
    const fixes = meant === undefined ? [] : [replace(span, meant)]
    return finding(span, isError ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning, message, { fixes })
  })
}

/** Names of policies that the configuration lacks. If all listeners only decide, other proxies reach the services. */
function unbound(config: ConfigFile, policies: readonly BoundPolicies[]): readonly ConfigFinding[] {
  const policy = namesOf(policies)
  const entries = (kind: BoundKind) => memberOf(config.tree, kind)?.children.map(({ path }) => String(path[1])) ?? []
  const configured = { identities: entries('identities'), services: entries('services'), data: entries('data') }
  const isOptional = onlyDecides(config.tree)
  return checkNames(configured, policy).flatMap(({ kind, name, meant, message }) => {
    if (kind === 'services' && meant === null && isOptional) return []
    const section = memberOf(config.tree, kind)
    const span = (meant === null ? section?.key : memberOf(section, meant)?.key) ?? firstKey(config)
    const declared = declarationOf(policies, { kind: BOUND[kind], key: `${BOUND[kind]} ${name}` })
    const edit = addEntry(config, kind, name, stubOf(kind, name, policy))
    const fixes = [
      ...(meant === null ? [] : [replace(span, name)]),
      ...(edit === null ? [] : [{ title: `add \`${name}\` to \`${kind}\``, edit }]),
    ]
    const related = declared === null ? null : { policies: declared.policies, span: declared.declaration.name.span }
    return [finding(span, DiagnosticSeverity.Error, message, { fixes, related })]
  })
}

/** Methods and hosts that do not go with the policies. They are known only if neither has mistakes. */
function mismatched(config: ConfigFile, read: LoadResult, policies: readonly BoundPolicies[]): readonly ConfigFinding[] {
  if (!read.ok || policies.length === 0 || policies.some(({ project }) => project.checked.result === null)) return []
  const { identities, services, data } = namesOf(policies)
  const manifest = {
    identities: identities.map(({ name, methods }) => ({ name, methods: [...methods] })),
    services: services.map(({ name, hosts }) => ({ name, hosts: [...hosts] })),
    data: data.map(({ name }) => ({ name, schema: {} })),
  }
  const spanAt = spansOf(config)
  return checkEntries(read.config, manifest).map(({ line, column, message }) =>
    finding(spanAt(offsetAt(config.source, { line, column })), DiagnosticSeverity.Error, message),
  )
}

/** Names that no policy declares: entries that nothing uses, and mentions that have no effect. */
function unknown(config: ConfigFile, policies: readonly BoundPolicies[]): readonly ConfigFinding[] {
  const isComplete = policies.every(({ project, files }) => files.size > 0 && project.checked.result !== null)
  if (!isComplete) return []
  const entries = new Map(
    config.tree.children.flatMap((section) => section.children.map((entry) => [entry.key, { section, entry }])),
  )
  return config.names.flatMap(({ span, name, symbol, isEntry }) => {
    if (declarationOf(policies, symbol) !== null) return []
    const message = `no policy declares the ${symbol.kind} \`${name}\``
    if (isEntry) {
      const found = entries.get(span)
      const edit = found === undefined ? null : removeEntry(config, found.section, found.entry)
      const fixes = edit === null ? [] : [{ title: `remove \`${name}\``, edit }]
      return [finding(span, DiagnosticSeverity.Warning, message, { fixes, isUnused: true })]
    }
    const known = policies.flatMap(({ declared }) => [...declared.keys()].filter((key) => key.startsWith(`${symbol.kind} `)))
    const meant = nearest(
      name,
      known.map((key) => key.slice(symbol.kind.length + 1)),
    )
    const help = meant === null ? '' : `: did you mean \`${meant}\`?`
    return [
      finding(span, DiagnosticSeverity.Warning, `${message}${help}`, { fixes: meant === null ? [] : [replace(span, meant)] }),
    ]
  })
}

function onlyDecides(tree: ConfigNode): boolean {
  const listeners = memberOf(tree, 'listeners')?.children ?? []
  return listeners.length > 0 && listeners.every((one) => !['', 'proxy'].includes(memberOf(one, 'protocol')?.text ?? ''))
}

function memberOf(node: ConfigNode | null, key: string): ConfigNode | null {
  return node?.children.find(({ path }) => path.at(-1) === key) ?? null
}

function firstKey({ tree, source }: ConfigFile): Span {
  return tree.children[0]?.key ?? { source, start: 0, end: 0 }
}

/** Returns a function from an offset to the key or value that begins there; else to the rest of the line. */
function spansOf({ tree, source }: ConfigFile): (offset: number) => Span {
  const byStart = new Map<number, Span>()
  for (const { kind, key, value, isFlow } of nodesOf(tree))
    for (const span of [key, kind === 'scalar' || isFlow ? value : null])
      if (span !== null && !byStart.has(span.start)) byStart.set(span.start, span)
  return (offset) => {
    // Quotes are no part of a span.
    const found = byStart.get(offset) ?? byStart.get(offset + 1)
    if (found !== undefined) return found
    const line = source.text.slice(offset).split(/\r?\n/, 1)[0] ?? ''
    return { source, start: offset, end: offset + line.trimEnd().length }
  }
}

function replace({ start, end }: Span, text: string) {
  return { title: `change to \`${text}\``, edit: { start, end, text } }
}

type Rest = Partial<Pick<ConfigFinding, 'related' | 'isUnused' | 'fixes'>>

function finding(span: Span, severity: DiagnosticSeverity, message: string, rest: Rest = {}): ConfigFinding {
  return { span, severity, message, related: null, isUnused: false, fixes: [], ...rest }
}
