import { isRefused, type JudgedInvariant } from '../../analysis/index.ts'
import { type BuiltPolicy, buildPolicy, type PackOptions } from './build-policy.ts'
import type { CheckedPaths } from './check-paths.ts'

/** The result of a build. There is a bundle only if the sources have no errors, all tests pass, and no invariant prevents it. */
export type Made =
  | { readonly kind: 'errors' }
  | { readonly kind: 'failed'; readonly built: BuiltPolicy }
  | { readonly kind: 'refused'; readonly built: BuiltPolicy; readonly refused: readonly JudgedInvariant[] }
  | {
      readonly kind: 'made'
      readonly built: BuiltPolicy
      readonly invariants: readonly JudgedInvariant[]
      readonly bytes: Uint8Array
    }

/** Builds a bundle from checked sources, for `iap build` and `compile` of `iap-proxy/compiler`. */
export async function makeBundle(
  checked: Pick<CheckedPaths, 'model' | 'sources' | 'seen' | 'warnings'>,
  options: Omit<PackOptions, 'invariants'>,
): Promise<Made> {
  if (checked.model === null) return { kind: 'errors' }
  const built = await buildPolicy(checked.model, checked)
  if (built.failed > 0) return { kind: 'failed', built }
  const invariants = built.judgeInvariants()
  const refused = invariants.filter(isRefused)
  if (refused.length > 0) return { kind: 'refused', built, refused }
  return { kind: 'made', built, invariants, bytes: await built.pack({ ...options, invariants }) }
}
