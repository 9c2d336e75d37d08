/** The script evaluated in a realm: `npm run generate`. */
import { Obliger } from '../../abi/decision/obliger.ts'
import { Table } from '../../abi/decision/table.ts'
import { Tracer } from '../../abi/decision/tracer.ts'
import { Ancestors } from '../../abi/decode/ancestors.ts'
import { Hierarchy } from '../../abi/decode/hierarchy.ts'
import { helpers } from '../../abi/helpers.ts'
import { TextMap, TextSet } from '../../abi/values/texts/text-collections.ts'
import { HeaderValues, NO_HEADERS } from './header-values.ts'
import { harden, lockdown } from './lockdown.ts'
import { openProgram } from './open-program.ts'
import { giveRegex } from './re2-slot.ts'

type Body = (abi: typeof helpers) => unknown

export const realm = {
  giveRegex,
  /** Removes globals that policies do not need, and freezes all other objects of the realm, before any code of a bundle runs. */
  lockdown() {
    lockdown()
    harden([helpers, NO_HEADERS, HeaderValues, Obliger, Tracer, Table, Ancestors, Hierarchy, TextMap, TextSet])
  },
  run: (body: Body) => body(helpers),
  open: openProgram,
}
