import { type Clause, isOfCaller, type Policy, type Rule } from '../spec.ts'
import type { Caller, Claims } from '../traffic.ts'
import { DENIED, PERMITTED, RULES_PER_ROUTE, type Tables, UNAUTHENTICATED } from './tables.ts'

/** What is kept of a caller beside the session. */
export interface Session {
  readonly sub: string
  readonly tenant: string
  /**
   * By route: what is decided unless one of the rules holds that still ask something about the request, in the low byte, and those
   * rules as a mask above. Mostly there are none left.
   */
  readonly values: Int32Array
}

/** Everything that claims alone settle is settled when somebody logs in. */
export function login(policy: Policy, tables: Tables, caller: Caller): Session {
  const names = namesOf(policy, caller)
  const values = Int32Array.from(tables.rules, (rules, route) => {
    const row = route * RULES_PER_ROUTE
    let open = 0
    let code = caller === null ? UNAUTHENTICATED : DENIED
    // Forbids come first: behind one that holds, nothing matters but forbids before it.
    for (const [at, rule] of rules.entries()) {
      if (!concerns(rule, caller, names) || (code === PERMITTED && open === 0)) continue
      if (rule.when.some((clause) => !isOfCaller(clause))) open |= code === PERMITTED ? 0 : 1 << at
      else if (rule.effect === 'forbid') return (open << 8) | (tables.codes[row + at] as number)
      else {
        code = PERMITTED
        open &= forbidsOf(rules)
      }
    }
    return (open << 8) | code
  })
  return { sub: caller?.claims.sub ?? '', tenant: caller?.claims.tenant ?? '', values }
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
