import { unusedData as entry } from '../../diagnostics/catalogue/lint.ts'
import { unusedNames } from './unused-names.ts'

/** That tests give it a value is no use of it. */
export const unusedData = unusedNames(entry, 'DataDeclaration', (name, { uses }) => uses.has('data', name))
