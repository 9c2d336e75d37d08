import { isHeaderValue } from '../values/texts/text.ts'
import { OPEN } from './judged.ts'
import { meets } from './meets.ts'
import { Obliger } from './obliger.ts'
import { forbid, permit, requirement } from './rule.ts'
import { tableHelpers } from './table.ts'
import { tracing } from './tracing.ts'

export const decisionHelpers = {
  ...tableHelpers,
  requirement,
  permit,
  forbid,
  meets,
  isHeaderValue,
  open: OPEN,
  startObligations: () => new Obliger(),
  tracing,
}
