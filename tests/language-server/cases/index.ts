import type { Case } from './case.ts'
import { CONFIGURATIONS } from './configurations.ts'
import { DIAGNOSTICS } from './diagnostics.ts'
import { HOVERS } from './hovers.ts'
import { NAVIGATION } from './navigation.ts'
import { STRUCTURE } from './structure.ts'
import { TEXTS } from './texts.ts'
import { WRITING } from './writing.ts'

export const CASES: Readonly<Record<string, readonly Case[]>> = {
  hover: HOVERS,
  navigation: NAVIGATION,
  structure: STRUCTURE,
  diagnostics: DIAGNOSTICS,
  configurations: CONFIGURATIONS,
  writing: WRITING,
  'odd texts': TEXTS,
}
