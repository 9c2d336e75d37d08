import { unusedRole as entry } from '../../diagnostics/catalogue/lint.ts'
import { unusedNames } from './unused-names.ts'

export const unusedRole = unusedNames(entry, 'RoleDeclaration', (name, { uses }) => uses.has('role', name))
