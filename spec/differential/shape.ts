/**
 * Plain data as text: equal texts, equal in every part, and in which parts are one object. Nothing that is worked out of such data alone can tell two of
 * the same text apart.
 */
export function shapeOf(value: unknown): string {
  let text = ''
  const seen = new Map<object, number>()
  const write = (one: unknown): void => {
    // With its length, so that nothing in a string has to be escaped.
    if (typeof one === 'string') text += `${one.length}:${one},`
    else if (typeof one !== 'object' || one === null) text += `${typeof one} ${Object.is(one, -0) ? '-0' : String(one)},`
    else writeObject(one)
  }
  const writeObject = (one: object): void => {
    const known = seen.get(one)
    if (known !== undefined) {
      text += `#${known},`
      return
    }
    seen.set(one, seen.size)
    text += `${one.constructor.name}(`
    const elements: Iterable<unknown> = one instanceof Set || one instanceof Map || Array.isArray(one) ? one : Object.entries(one)
    for (const element of elements) write(element)
    text += '),'
  }
  write(value)
  return text
}
