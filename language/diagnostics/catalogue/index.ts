/** All messages of the language, by area. A new area is a file, its import here, and its entry in `areas`. */
import * as calls from './calls.ts'
import type { Entry } from './define.ts'
import * as documents from './documents.ts'
import * as lint from './lint.ts'
import * as names from './names.ts'
import * as policy from './policy.ts'
import * as reads from './reads.ts'
import * as syntax from './syntax.ts'
import * as types from './types.ts'

const areas: readonly Readonly<Record<string, Entry<never>>>[] = [syntax, names, types, reads, calls, policy, documents, lint]

/** All kinds of diagnostics, sorted by code. */
export const catalogue: readonly Entry<never>[] = areas
  .flatMap((area) => Object.values(area))
  .sort((a, b) => (a.code < b.code ? -1 : 1))
