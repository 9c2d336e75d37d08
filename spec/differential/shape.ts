/**
 * Plain data as text: equal texts, equal in every part, and in which parts are one object. Nothing that is worked out of such data alone can tell two of
 * the same text apart.
 */
export function shapeOf(value: unknown): string {
  const parts: string[] = []
  const seen = new Map<object, number>()
  const write = (one: unknown): void => {
    if (typeof one !== 'object' || one === null) {
      parts.push(typeof one === 'string' ? JSON.stringify(one) : `${typeof one} ${Object.is(one, -0) ? '-0' : String(one)}`)
      return
    }
    const known = seen.get(one)
    if (known !== undefined) {
      parts.push(`#${known}`)
      return
    }
    seen.set(one, seen.size)
    const isList = Array.isArray(one) || one instanceof Map || one instanceof Set
    const elements: Iterable<unknown> = isList ? one : Object.entries(one).flat()
    parts.push(one.constructor.name, '(')
    for (const element of elements) {
      write(element)
      parts.push(',')
    }
    parts.push(')')
  }
  write(value)
  return parts.join('')
}
