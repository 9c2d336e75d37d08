import { unusedLabel as entry } from '../../diagnostics/catalogue/lint.ts'
import { unusedNames } from './unused-names.ts'

export const unusedLabel = unusedNames(entry, 'LabelDeclaration', (name, { uses }) => uses.has('label', name))
