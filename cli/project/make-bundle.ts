import type { TriedInvariant } from '../../compiler/testing/index.ts'
import { type BuiltPolicy, buildPolicy, type PackOptions } from './build-policy.ts'
import type { CheckedPaths } from './check-paths.ts'

/** What came of building: only a policy without errors whose tests and invariants hold becomes a bundle. */
export type Made =
  | { readonly kind: 'errors' }
  | { readonly kind: 'failed'; readonly built: BuiltPolicy }
  | { readonly kind: 'broken'; readonly built: BuiltPolicy; readonly broken: readonly TriedInvariant[] }
  | {
      readonly kind: 'made'
      readonly built: BuiltPolicy
      readonly invariants: readonly TriedInvariant[]
      readonly bytes: Uint8Array
    }

/** Checked sources → a bundle: what `iap build` and `compile` of `iap-proxy/compiler` do. */
export async function makeBundle(
  checked: Pick<CheckedPaths, 'model' | 'sources' | 'seen' | 'warnings'>,
  options: Omit<PackOptions, 'invariants'>,
): Promise<Made> {
  if (checked.model === null) return { kind: 'errors' }
  const built = await buildPolicy(checked.model, checked)
  if (built.failed > 0) return { kind: 'failed', built }
  const invariants = built.tryInvariants()
  const broken = invariants.filter(({ verdict }) => verdict === 'broken')
  if (broken.length > 0) return { kind: 'broken', built, broken }
  return { kind: 'made', built, invariants, bytes: await built.pack({ ...options, invariants }) }
}
