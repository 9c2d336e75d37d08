import { type Clause, isOfCaller, type Policy, type Rule } from '../draw-policy.ts'
import type { Caller, Claims } from '../draw-request.ts'
import { DENIED, OPEN, PERMITTED, RULES_PER_ROUTE, type Tables, UNAUTHENTICATED } from './tables.ts'

/** What is kept of a caller beside the session. */
export interface Session {
  readonly sub: string
  readonly tenant: string
  /** By route, what is decided; with `OPEN` added, unless one of the rules holds that still ask something about the request. */
  readonly codes: Uint8Array
  /** By route, those rules as a mask. */
  readonly open: Uint16Array
}

/** Everything that claims alone settle is settled when somebody logs in. */
export function login(policy: Policy, tables: Tables, caller: Caller): Session {
  const names = namesOf(policy, caller)
  const codes = new Uint8Array(tables.rules.length)
  const open = new Uint16Array(tables.rules.length)
  for (const [route, rules] of tables.rules.entries()) {
    const { code, mask } = settle(rules, route * RULES_PER_ROUTE)
    codes[route] = mask === 0 ? code : code + OPEN
    open[route] = mask
  }
  return { sub: caller?.claims.sub ?? '', tenant: caller?.claims.tenant ?? '', codes, open }

  function settle(rules: readonly Rule[], row: number): { readonly code: number; readonly mask: number } {
    let mask = 0
    let code = caller === null ? UNAUTHENTICATED : DENIED
    for (const [at, rule] of rules.entries()) {
      if (!concerns(rule, caller, names)) continue
      const asks = rule.when.some((clause) => !isOfCaller(clause))
      // Forbids come first: behind one that holds, nothing matters but those before it.
      if (rule.effect === 'forbid' && !asks) return { code: tables.codes[row + at] as number, mask }
      if (asks) mask |= 1 << at
      else code = PERMITTED
    }
    return { code, mask: code === PERMITTED ? mask & forbidsOf(rules) : mask }
  }
}

function forbidsOf(rules: readonly Rule[]): number {
  return rules.reduce((mask, { effect }, at) => (effect === 'forbid' ? mask | (1 << at) : mask), 0)
}

/** The identity and the roles of a caller. */
function namesOf({ roles }: Policy, caller: Caller): ReadonlySet<string> {
  if (caller === null) return new Set()
  const own = roles.filter(({ of, when }) => of === caller.identity && holds(when, caller.claims))
  return new Set([caller.identity, ...own.map(({ name }) => name)])
}

/** Whether what a rule says of the caller is so. */
function concerns({ to, when }: Rule, caller: Caller, names: ReadonlySet<string>): boolean {
  if (to.length > 0 && !to.some((name) => names.has(name))) return false
  return when.every((clause) => !isOfCaller(clause) || (caller !== null && holds(clause, caller.claims)))
}

function holds(clause: Clause, claims: Claims): boolean {
  switch (clause.kind) {
    case 'level':
      return (claims.level as number) >= clause.least
    case 'department':
    case 'region':
    case 'tier':
      return clause.among.includes(claims[clause.kind] as string)
    case 'group':
      return (claims.groups as readonly string[]).includes(clause.name)
    case 'scope':
      return (claims.scope as readonly string[]).includes(clause.name)
    default:
      throw new Error(`\`${clause.kind}\` asks nothing about the caller`)
  }
}
