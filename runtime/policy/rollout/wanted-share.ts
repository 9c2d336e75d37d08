import type { Manifest } from '../../abi/index.ts'
import type { Share } from '../candidate/candidate.ts'
import { isOf } from './plan.ts'
import type { Declined } from './rollout-status.ts'
import { decline } from './why.ts'

export interface Wanted {
  readonly parts: number
  readonly labels: readonly string[]
  readonly services: readonly string[]
}

/**
 * Returns a share for the named services and those with a label, or for all services if neither is given. Refuses unknown
 * services.
 */
export function wantedShare({ parts, labels, services }: Wanted, { services: all }: Manifest): Share | Declined {
  if (labels.length === 0 && services.length === 0) return { parts, services: null }
  const unknown = services.find((name) => !all.some((one) => one.name === name))
  if (unknown !== undefined) return decline('no-service', `the candidate has no service \`${unknown}\``)
  const named = all.filter((one) => isOf(one, { labels, services })).map(({ name }) => name)
  if (named.length === 0) return decline('no-service', 'no service of the candidate has such a label')
  return { parts, services: named }
}
