/**
 * Values and operations of emitted code (`spec/language/abi.md`). An evaluation error is NaN for an int, else `undefined`; only
 * `intOf`, `quotient`, `remainder` and the like accept one.
 */
import { ip, isCanonicalIP, isIP } from './addresses/address.ts'
import * as kinds from './addresses/address-kinds.ts'
import {
  addressOf,
  addressRange,
  cidr,
  containsCIDR,
  containsCIDRText,
  containsIP,
  containsIPText,
  isCIDR,
  masked,
  prefixLength,
} from './addresses/address-range.ts'
import { bits } from './bits.ts'
import * as collections from './collections.ts'
import * as conversions from './conversions.ts'
import * as ints from './int.ts'
import * as math from './math.ts'
import { listHas, listHasInt, setHas, setHasInt } from './numbers.ts'
import { matches, regex } from './regex.ts'
import { codePoints, compare, lowerAscii, upperAscii } from './texts/text.ts'
import * as textChanges from './texts/text-changes.ts'
import * as textParts from './texts/text-parts.ts'
import {
  durationHours,
  durationMilliseconds,
  durationMinutes,
  durationOf,
  durationSeconds,
  formatDuration,
  inUnits,
  parseDuration,
} from './times/duration.ts'
import {
  compareTimes,
  durationMinus,
  durationPlus,
  elapsed,
  moment,
  momentOf,
  secondsOf,
  seen,
  timeOf,
  timestampAt,
  timestampMinus,
  timestampPlus,
} from './times/moment.ts'
import { formatTimestamp, parseTimestamp, timestampOf, timestampOfSeconds } from './times/timestamp.ts'
import * as timestampFields from './times/timestamp-fields.ts'
import { zone } from './times/zone.ts'

export const values = {
  ...ints,
  ...bits,
  ...math,
  ceil: Math.ceil,
  floor: Math.floor,
  trunc: Math.trunc,
  max: Math.max,
  min: Math.min,
  abs: Math.abs,
  sqrt: Math.sqrt,
  sign: Math.sign,
  isNaN: Number.isNaN,
  isInt: Number.isSafeInteger,
  isFinite: Number.isFinite,
  ...conversions,
  compare,
  codePoints,
  lowerAscii,
  upperAscii,
  ...textParts,
  ...textChanges,
  regex,
  matches,
  ...collections,
  setHas,
  setHasInt,
  listHas,
  listHasInt,
  timestampOf,
  timestampOfSeconds,
  parseTimestamp,
  formatTimestamp,
  secondsOf,
  moment,
  momentOf,
  seen,
  timeOf,
  compareTimes,
  elapsed,
  timestampAt,
  timestampPlus,
  timestampMinus,
  durationPlus,
  durationMinus,
  ...timestampFields,
  zone,
  durationOf,
  parseDuration,
  formatDuration,
  inUnits,
  durationHours,
  durationMinutes,
  durationSeconds,
  durationMilliseconds,
  ip,
  isIP,
  isCanonicalIP,
  ...kinds,
  cidr,
  isCIDR,
  addressRange,
  containsIP,
  containsIPText,
  containsCIDR,
  containsCIDRText,
  addressOf,
  masked,
  prefixLength,
}
