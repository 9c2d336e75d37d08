import type { Identity, Principal, Rule } from '../model.ts'
import { isEmpty, meet } from './domain.ts'
import type { ImpliedConstraints } from './implied-constraints.ts'

/**
 * Returns whether two permits certainly never hold for one request: they share no caller, one asserts the contrary of a condition
 * of the other, or they compare one value with disjoint constants. Deeper reasoning is out of scope.
 */
export function excludeEachOther(a: Rule, b: Rule, ofA: ImpliedConstraints, ofB: ImpliedConstraints): boolean {
  if (ofA.truths === null || ofB.truths === null) return true
  const { truths } = ofA
  const { truths: others } = ofB
  for (const [key, truth] of truths) if (others.get(key) === !truth) return true
  for (const [key, domain] of ofA.domains) {
    const other = ofB.domains.get(key)
    if (other !== undefined && isEmpty(meet(domain, other))) return true
  }
  const possible = (rule: Rule): Principal[] => rule.to.filter((one) => isPossible(one, truths, others))
  const theirs = possible(b)
  return !possible(a).some((one) => theirs.some((other) => share(one, other)))
}

/** Whether a caller of the principal can meet what both permits say with `caller is …`. */
function isPossible(principal: Principal, ...all: readonly ReadonlyMap<string, boolean>[]): boolean {
  const names = namesOf(principal)
  return all.every((truths) => names.every((name) => truths.get(`is ${name}`) !== false))
}

/** Returns the names for which `caller is …` is true of every caller of the principal. */
function namesOf(principal: Principal): readonly string[] {
  switch (principal.kind) {
    case 'role': {
      const [identity, ...more] = principal.role.identities
      const alone = identity !== undefined && more.length === 0 ? [identity.name] : []
      return [principal.role.name, ...alone, 'authenticated']
    }
    case 'identity':
      return [principal.identity.name, 'authenticated']
    case 'authenticated':
    case 'anonymous':
      return [principal.kind]
    case 'anyone':
      return []
  }
}

function share(a: Principal, b: Principal): boolean {
  const [one, other] = [membersOf(a), membersOf(b)]
  if (one.anonymous && other.anonymous) return true
  if (one.identities === null || other.identities === null) return isSomebody(one) && isSomebody(other)
  return one.identities.some((identity) => other.identities?.includes(identity))
}

interface Members {
  readonly anonymous: boolean
  /** Null: all. */
  readonly identities: readonly Identity[] | null
}

function isSomebody({ identities }: Members): boolean {
  return identities === null || identities.length > 0
}

function membersOf(principal: Principal): Members {
  switch (principal.kind) {
    case 'role':
      return { anonymous: false, identities: principal.role.identities }
    case 'identity':
      return { anonymous: false, identities: [principal.identity] }
    case 'authenticated':
      return { anonymous: false, identities: null }
    case 'anonymous':
      return { anonymous: true, identities: [] }
    case 'anyone':
      return { anonymous: true, identities: null }
  }
}
