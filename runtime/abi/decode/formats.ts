/**
 * `format` for imported types (JSON Schema Validation 2020-12, 7.3; `int32` etc. of OpenAPI), in linear time, for
 * `validators.js`.
 */
import { isIP } from '../values/addresses/address.ts'
import { daysInMonth } from '../values/times/calendar.ts'

export type Format = ((text: string) => boolean) | { readonly type: 'number'; readonly validate: (value: number) => boolean }

/** Returns whether a text is a date (RFC 3339, section 5.6). */
function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)?.map(Number) ?? []
  if (year === undefined || month === undefined || day === undefined) return false
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
}

/** Returns whether a text is a time with its zone. Second 60 is valid only for a possible leap second. */
function isTime(text: string): boolean {
  const match = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))$/.exec(text)
  if (match === null) return false
  const [hour, minute, second, offsetHour, offsetMinute] = [1, 2, 3, 5, 6].map((group) => Number(match[group] ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ]
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return false
  const offset = (offsetHour * 60 + offsetMinute) * (match[4] === '-' ? -1 : 1)
  return second < 60 || (hour * 60 + minute - offset + 1) % 1440 === 0
}

function isDateTime(text: string): boolean {
  return /^[Tt]$/.test(text.charAt(10)) && isDate(text.slice(0, 10)) && isTime(text.slice(11))
}

/** Returns whether a text is a host name (RFC 1123, section 2.1). */
function isHostname(text: string): boolean {
  const name = text.endsWith('.') ? text.slice(0, -1) : text
  return name.length <= 253 && name.split('.').every((label) => /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label))
}

/** Returns whether a text is an e-mail address (RFC 5321, section 4.1.2) without a quoted name or address literal. */
function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@')
  const atoms = text.slice(0, Math.max(at, 0)).split('.')
  const domain = text.slice(at + 1)
  return atoms.every((atom) => /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+$/.test(atom)) && domain.includes('.') && isHostname(domain)
}

/**
 * Returns whether a text is a URI reference (RFC 3986): valid characters and escapes, one fragment at most, and brackets around
 * addresses only.
 */
function isUriReference(text: string): boolean {
  const [before = '', ...fragments] = text.split('#')
  if (fragments.length > 1) return false
  const address = /^((?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\/(?:[^/?@[\]]*@)?)\[([^\]]*)\]/.exec(before)
  if (address !== null && !isIpv6(address[2] ?? '')) return false
  const rest = address === null ? before : `${address[1]}${before.slice(address[0].length)}`
  if (/^[^/?]*:/.test(rest) && !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(rest)) return false
  return [rest, ...fragments].every((part) => /^(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/.test(part))
}

function isUri(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text) && isUriReference(text)
}

function isIpv6(text: string): boolean {
  return text.includes(':') && isIP(text)
}

function isRegex(text: string): boolean {
  try {
    new RegExp(text, 'u')
    return true
  } catch {
    return false
  }
}

function matching(pattern: RegExp): (text: string) => boolean {
  return (text) => pattern.test(text)
}

const TEMPLATE_LITERAL = /[^\s\p{Cc}"'%<>\\^`{|}]|%[0-9A-Fa-f]{2}/u.source
const TEMPLATE_VARIABLE = /(?:[A-Za-z0-9_.]|%[0-9A-Fa-f]{2})+(?::[1-9]\d{0,3}|\*)?/.source
const URI_TEMPLATE = new RegExp(
  `^(?:${TEMPLATE_LITERAL}|\\{[+#./;?&=,!@|]?${TEMPLATE_VARIABLE}(?:,${TEMPLATE_VARIABLE})*\\})*$`,
  'u',
)

export const formats: Readonly<Record<string, Format>> = Object.freeze({
  date: isDate,
  time: isTime,
  'date-time': isDateTime,
  // RFC 3339, appendix A
  duration: (text: string) =>
    /^P(?:\d+W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)$/.test(text) && text !== 'P',
  email: isEmail,
  hostname: isHostname,
  ipv4: matching(/^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/),
  ipv6: isIpv6,
  uri: isUri,
  'uri-reference': isUriReference,
  // RFC 6570
  'uri-template': matching(URI_TEMPLATE),
  uuid: matching(/^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/),
  'json-pointer': matching(/^(?:\/(?:[^~/]|~[01])*)*$/),
  'relative-json-pointer': matching(/^(?:0|[1-9]\d*)(?:#|(?:\/(?:[^~/]|~[01])*)*)$/),
  regex: isRegex,
  byte: matching(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
  int32: { type: 'number', validate: (value: number) => Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31 },
  int64: { type: 'number', validate: (value: number) => Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63 },
} satisfies Record<string, Format>)
