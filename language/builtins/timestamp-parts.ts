import type { OverloadId } from './index.ts'

/** The minimum and maximum result of each function that returns a part of a timestamp, both inclusive. */
export const TIMESTAMP_PARTS: Readonly<Partial<Record<OverloadId, readonly [number, number]>>> = {
  'timestamp.getMonth': [0, 11],
  'timestamp.getDate': [1, 31],
  'timestamp.getDayOfMonth': [0, 30],
  'timestamp.getDayOfWeek': [0, 6],
  'timestamp.getDayOfYear': [0, 365],
  'timestamp.getHours': [0, 23],
  'timestamp.getMinutes': [0, 59],
  'timestamp.getSeconds': [0, 59],
  'timestamp.getMilliseconds': [0, 999],
}
