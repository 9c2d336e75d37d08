import { unusedIdentity as entry } from '../../diagnostics/catalogue/lint.ts'
import { unusedNames } from './unused-names.ts'

/** A permit to all authenticated callers uses every identity. */
export const unusedIdentity = unusedNames(
  entry,
  'IdentityDeclaration',
  (name, { model, uses }) =>
    uses.has('identity', name) ||
    uses.has('identity', 'authenticated') ||
    model.rules.some(({ effect, to }) => effect === 'permit' && to.some(({ kind }) => kind === 'anyone')),
  false,
)
