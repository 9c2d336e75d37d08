/** RFC 3339 with an upper-case `T` and a zone. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

/** Whether a text is a time by RFC 3339, from the year 1. `Date` takes February 30 for March 2, which was not meant. */
export function isTime(text: string): boolean {
  if (!TIME.test(text) || text.startsWith('0000') || Number.isNaN(Date.parse(text))) return false
  const day = text.slice(0, 10)
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
}
