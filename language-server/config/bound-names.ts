import type { CheckFacts, File, Named, Span } from '../../language/index.ts'
import { type PolicySymbol, type SymbolKind, symbolOf } from '../symbols/symbol.ts'
import type { Project } from '../workspace/project.ts'
import { type ConfigNode, nodesOf } from './config-tree.ts'

/** A name in a configuration that a policy declares. */
export interface BoundName {
  readonly span: Span
  readonly name: string
  readonly symbol: PolicySymbol
  /** Whether this is the entry that binds the name, rather than a mention of it. */
  readonly isEntry: boolean
}

/** Where names of policies are: `*` stands for any name or index. A name is the key of what is there, or the value of a list. */
const PLACES: readonly (readonly [path: string, kind: SymbolKind])[] = [
  ['identities.*', 'identity'],
  ['services.*', 'service'],
  ['data.*', 'data'],
  ['rollout.order.*.services.*', 'service'],
  ['rollout.order.*.labels.*', 'label'],
  ['audit.*.sample.*.labels.*', 'label'],
  ['dev.echo.*', 'service'],
]

/** Returns the kind of names that are at a path; null if none are. */
export function kindAt(path: ConfigNode['path']): SymbolKind | null {
  const fits = (pattern: readonly string[]) =>
    pattern.length === path.length && pattern.every((step, at) => step === '*' || step === path[at])
  return PLACES.find(([pattern]) => fits(pattern.split('.')))?.[1] ?? null
}

/** Returns the names of policies in a configuration. */
export function boundNames(root: ConfigNode): readonly BoundName[] {
  const found: BoundName[] = []
  for (const node of nodesOf(root)) {
    const kind = kindAt(node.path)
    const isEntry = node.key !== null
    const span = node.key ?? node.value
    if (kind === null || (!isEntry && node.kind !== 'scalar')) continue
    const name = span.source.text.slice(span.start, span.end)
    found.push({ span, name, symbol: { kind, key: `${kind} ${name}` }, isEntry })
  }
  return found
}

/** The policies that a configuration is for. */
export interface BoundPolicies {
  readonly project: Project
  readonly files: ReadonlySet<File>
  /** The declarations that a configuration can name, by the keys of their symbols. */
  readonly declared: ReadonlyMap<string, Named>
}

const NAMED: ReadonlySet<Named['kind']> = new Set([
  ...(['IdentityDeclaration', 'ServiceDeclaration', 'DataDeclaration', 'LabelDeclaration'] as const),
])

/** Returns some files of a project, with what they declare. */
export function boundPolicies(project: Project, files: ReadonlySet<File>): BoundPolicies {
  const sources = new Set([...files].map(({ span }) => span.source))
  const named = project.facts.declarations.filter(({ kind, span }) => NAMED.has(kind) && sources.has(span.source))
  return { project, files, declared: new Map(named.map((one) => [symbolOf(one).key, one])) }
}

/** Returns the declaration for which a name in a configuration stands; null if there is none. */
export function declarationOf(policies: readonly BoundPolicies[], { key }: PolicySymbol): DeclaredName | null {
  for (const one of policies) {
    const declaration = one.declared.get(key)
    if (declaration !== undefined) return { policies: one, declaration }
  }
  return null
}

export interface DeclaredName {
  readonly policies: BoundPolicies
  readonly declaration: Named
}

/** What a proxy compares with its configuration, as bundles list it. */
export interface PolicyNames {
  readonly identities: readonly { readonly name: string; readonly methods: readonly string[] }[]
  readonly services: readonly { readonly name: string; readonly hosts: readonly string[] }[]
  readonly data: readonly { readonly name: string }[]
}

/** Returns the names that policies declare. Methods and hosts are empty where a mistake hides them. */
export function namesOf(policies: readonly BoundPolicies[]): PolicyNames {
  const all = policies.flatMap(({ project, declared }) =>
    [...declared.values()].map((declaration) => ({ declaration, facts: project.facts })),
  )
  const named = (kind: Named['kind']) =>
    all
      .filter(({ declaration }) => declaration.kind === kind)
      .map(({ declaration: { name }, facts }) => ({ name: name.text, facts }))
  return {
    identities: named('IdentityDeclaration').map(({ name, facts }) => ({ name, methods: methodsOf(facts, name) })),
    services: named('ServiceDeclaration').map(({ name, facts }) => ({ name, hosts: hostsOf(facts, name) })),
    data: named('DataDeclaration').map(({ name }) => ({ name })),
  }
}

function methodsOf({ model }: CheckFacts, name: string): readonly string[] {
  return model.identities.find((one) => one.name === name)?.methods ?? []
}

function hostsOf({ model }: CheckFacts, name: string): readonly string[] {
  return model.services.find((one) => one.name === name)?.hosts.map(({ text }) => text) ?? []
}
