/**
 * Whether a text can be sent as the value of a header and arrive as it is: characters 0x20 to 0x7e, without a space at either
 * end, which HTTP takes away (RFC 9110, 5.5). A value that cannot, or that erred, is an evaluation error.
 */
export function isHeaderValue(value: string | undefined): value is string {
  return value !== undefined && /^(?:[!-~](?:[ -~]*[!-~])?)?$/.test(value)
}
