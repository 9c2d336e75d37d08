import { unusedData as entry } from '../../diagnostics/catalogue/lint.ts'
import { unusedNames } from './unused-names.ts'

/** Reports data that no condition reads. Values in tests are not uses. */
export const unusedData = unusedNames(entry, 'DataDeclaration', (name, { uses }) => uses.has('data', name))
