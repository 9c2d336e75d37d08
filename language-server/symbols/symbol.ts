import type { Named } from '../../language/index.ts'

/** The kinds of things that names stand for. */
export type SymbolKind =
  | 'type'
  | 'identity'
  | 'role'
  | 'label'
  | 'data'
  | 'def'
  | 'service'
  | 'route'
  | 'rule'
  | 'invariant'
  | 'fixture'
  | 'claim'
  | 'variable'
  | 'builtin'
  | 'root'

/**
 * A symbol, the same for all names that stand for it: `role support`, `route orders.read`, `claim staff.sub`,
 * `type shared.iap#Order`, `variable own.iap:120`.
 */
export interface PolicySymbol {
  readonly kind: SymbolKind
  readonly key: string
}

const KINDS: Readonly<Record<Named['kind'], SymbolKind>> = {
  TypeDeclaration: 'type',
  IdentityDeclaration: 'identity',
  RoleDeclaration: 'role',
  LabelDeclaration: 'label',
  DataDeclaration: 'data',
  DefDeclaration: 'def',
  ServiceDeclaration: 'service',
  RuleDeclaration: 'rule',
  InvariantDeclaration: 'invariant',
  FixtureDeclaration: 'fixture',
}

/** Types are local to their file; all other names are unique in a project. */
export function symbolOf(declaration: Named): PolicySymbol {
  const kind = KINDS[declaration.kind]
  const { text, span } = declaration.name
  return { kind, key: kind === 'type' ? `type ${span.source.name}#${text}` : `${kind} ${text}` }
}

export const routeSymbol = (service: string, route: string): PolicySymbol => ({ kind: 'route', key: `route ${service}.${route}` })

export const claimSymbol = (identity: string, claim: string): PolicySymbol => ({
  kind: 'claim',
  key: `claim ${identity}.${claim}`,
})
