import type { Fault } from './fault.ts'
import { inDecisions } from './in-decisions.ts'
import { inExpressions } from './in-expressions.ts'
import { inPasses } from './in-passes.ts'
import { inTables } from './in-tables.ts'
import { inTraces } from './in-traces.ts'
import { inValues } from './in-values.ts'

export type { Fault } from './fault.ts'
export { Rounds } from './rounds.ts'

/** Mistakes that a compiler, its helpers or a router could have, each put in on purpose: the differential test must find every one. */
export const faults: readonly Fault[] = [...inExpressions, ...inDecisions, ...inTraces, ...inValues, ...inPasses, ...inTables]
