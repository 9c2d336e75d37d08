import { unusedDef as entry } from '../../diagnostics/catalogue/lint.ts'
import { unusedNames } from './unused-names.ts'

export const unusedDef = unusedNames(entry, 'DefDeclaration', (name, { uses }) => uses.has('def', name))
