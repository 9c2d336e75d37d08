import { unusedIdentity as entry } from '../../diagnostics/catalogue/lint.ts'
import { unusedNames } from './unused-names.ts'

/**
 * Reports an identity that the policy does not use. A use of `authenticated`, or a permit to `anyone`, counts as a use of every
 * identity.
 */
export const unusedIdentity = unusedNames(
  entry,
  'IdentityDeclaration',
  (name, { model, uses }) =>
    uses.has('identity', name) ||
    uses.has('identity', 'authenticated') ||
    model.rules.some(({ effect, to }) => effect === 'permit' && to.some(({ kind }) => kind === 'anyone')),
  false,
)
