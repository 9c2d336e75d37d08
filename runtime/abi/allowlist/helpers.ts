/** The members of `abi` that `policy.js` may use; `helpers.test.ts` compares them with the actual ones. */

/**
 * Kind of an argument that `policy.js` passes to a helper, a function of `abi`. `convert`: a JSON converter, by name or inline.
 * `function`: a function of the module, by name. `place`: a constant of `abi.moment`, to which the helper writes its result.
 * `key`: a string literal. `value`: any other expression.
 */
export type Argument = 'value' | 'convert' | 'function' | 'place' | 'key'

const words = (text: string) => text.trim().split(/\s+/)

/**
 * Names of the members of `abi` that convert a JSON value to a typed value. Emitted code calls them, or passes them to helpers
 * that convert collections.
 */
export const CONVERTERS: ReadonlySet<string> = new Set(
  words(`string bool integer double timestamp claimTimestamp duration address network hierarchy textSet
    textBool textInteger textDouble`),
)

/** Names of pure functions of values, which call no arguments and neither keep nor change them. */
const OF_VALUES = words(`
  absent abs addressOf ancestors between bitAnd bitNot bitOr bitShiftLeft bitShiftRight bitXor boolOfText ceil charAt cidr
  closed compare compareTimes containsCIDR containsCIDRText containsIP containsIPText doubleOfText durationMilliseconds
  durationOf equivalentLists family few firstLabel floor formatDuration formatTimestamp getDate getDayOfMonth getDayOfWeek
  getDayOfYear getFullYear getHours getMilliseconds getMinutes getMonth getSeconds greatestOf greatestOfInts includesList
  includesSet indexOf intOfDouble intOfText intersectLists intersectSets ip isCIDR isCanonicalIP isFinite isGlobalUnicast
  isHeaderValue isIP isIn isInt isLinkLocalMulticast isLinkLocalUnicast isLoopback isNaN isUnspecified join lastIndexOf leastOf
  leastOfInts link listHas listHasInt literal lowerAscii masked max meets min numberOf parseDuration parseTimestamp prefixLength
  record replace rest reverse round same sameList sameSet scopes segmentInteger setHas setHasInt setOf sign spiffe split sqrt
  startObligations substring textOfDouble timeOf timestampOf timestampOfSeconds trim trunc upperAscii`)

const PLACE = ['place', 'value', 'value'] as const
const CONVERT = ['value', 'convert'] as const

/**
 * Members of `abi` that functions of `policy.js` may call, by name, each with the kinds of its arguments. `null` allows any
 * number of values.
 */
export const HELPERS: ReadonlyMap<string, readonly Argument[] | null> = new Map<string, readonly Argument[] | null>([
  ...OF_VALUES.map((name) => [name, null] as const),
  ...[...CONVERTERS].map((name) => [name, ['value']] as const),
  // Its other argument is for helpers only.
  ['codePoints', ['value']],
  ['list', CONVERT],
  ['set', CONVERT],
  ['map', CONVERT],
  ['textMap', CONVERT],
  ['optional', CONVERT],
  ['optionalMany', ['value', 'key', 'convert']],
  ['one', ['value', 'key']],
  ['many', ['value', 'key']],
  ['linked', ['function', 'value', 'value']],
  ['linkedCaller', ['value', 'value']],
  ['seen', ['place', 'value']],
  ['inUnits', ['place', 'value', 'value']],
  ['timestampAt', ['place', 'value']],
  ['elapsed', PLACE],
  ['timestampPlus', PLACE],
  ['timestampMinus', PLACE],
  ['durationPlus', PLACE],
  ['durationMinus', PLACE],
])

/**
 * Names of members of `abi` that make constants and the module record. Emitted code may call them only in the forms that
 * `policy/module-shape.ts` lists, or `policy/calls.ts` for `member`.
 */
export const IN_FORMS: ReadonlySet<string> = new Set(
  words(
    `addressRange decoder forbid keys member moment momentOf open permit policy query reading
    regex requirement table tabled tracing zone`,
  ),
)
