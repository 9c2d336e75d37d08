import type { RequirementIr } from '../../compiler/ir/index.ts'
import { DURATION, STRING } from '../../language/checker/types/type.ts'
import { type Edge, FALSE } from '../bdd/bdd.ts'
import type { Context } from './context.ts'
import type { AccessPath, Term } from './symbolic-domain.ts'

const inAuth = (field: string, type: AccessPath['type']): AccessPath => ({
  key: `auth.${field}`,
  type,
  place: { root: { kind: 'auth' }, steps: [{ field }] },
})

const MFA = inAuth('mfa', STRING)
const ACR = inAuth('acr', STRING)
/** The time from authentication to the request. */
const AGE = inAuth('age', DURATION)

const NANOSECONDS = 1_000_000n

/**
 * Returns the set of requests whose caller is authenticated as a requirement demands (`spec/language/requirements.md`). An
 * anonymous caller meets no requirement.
 */
export function met({ what, values, within }: RequirementIr, { world, identity }: Context): Edge {
  if (identity === null) return FALSE
  const { diagram } = world
  const isAcr = (value: string) => diagram.and(world.present(ACR), world.test(term(ACR), { kind: 'equal', value }))
  const how = {
    mfa: () => diagram.or(world.present(MFA), isAcr('mfa')),
    acr: () => diagram.any(values.map(isAcr)),
    auth: () => null,
  }[what]()
  if (within === null) return how ?? FALSE
  const inTime = diagram.all([
    world.present(AGE),
    diagram.not(world.test(term(AGE), { kind: 'less', value: 0n })),
    diagram.or(
      world.test(term(AGE), { kind: 'less', value: BigInt(within) * NANOSECONDS }),
      world.test(term(AGE), { kind: 'equal', value: BigInt(within) * NANOSECONDS }),
    ),
  ])
  return how === null ? inTime : diagram.and(how, inTime)
}

function term(found: AccessPath): Term {
  return { kind: 'term', ...found }
}
