import { unusedData as entry } from '../../diagnostics/catalogue/lint.ts'
import { unusedNames } from './unused-names.ts'

/** Values in tests are no use of data. */
export const unusedData = unusedNames(entry, 'DataDeclaration', (name, { uses }) => uses.has('data', name))
