/**
 * RFC 3339, section 5.6, without leap seconds → nanoseconds since 1970. Null for everything else: a day that the month has not, an hour 24,
 * a year 0.
 */
export function writtenTime(text: string): bigint | null {
  const match = pattern.exec(text)
  if (match === null) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number)
  const [, , , , , , , fraction = '', sign, offsetHour = '0', offsetMinute = '0'] = match
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate())
    return null
  if (hour > 23 || minute > 59 || second > 59 || Number(offsetHour) > 23 || Number(offsetMinute) > 59) return null
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second)
  const offset = (sign === '-' ? -1 : 1) * (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000
  return BigInt(date.getTime() - offset) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'))
}

const pattern = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/
