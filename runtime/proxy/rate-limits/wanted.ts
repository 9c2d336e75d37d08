import { hash } from 'node:crypto'
import type { LimitObligation } from '../../abi/index.ts'
import type { Wanted } from './buckets.ts'

/**
 * The bucket of a limit, by digests: a key may be as long as a header, and say who somebody is. Another `count` or `per` is
 * another bucket, since a token of the one is none of the other.
 *
 * @param names what the rule is called, and was
 */
export function wantedOf({ rule, count, per, key }: LimitObligation, names: readonly string[]): Wanted {
  return { ids: names.map((name) => idOf([name, count, per, key])), rule, count, per }
}

function idOf(parts: readonly (string | number | null)[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url')
}
