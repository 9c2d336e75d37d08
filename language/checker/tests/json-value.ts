import type { JsonNode, Name, Placeholder, Text } from '../../syntax/ast.ts'

/**
 * Converts a JSON value written in a `test` block to a JavaScript value. Objects have no special keys, not even `__proto__`.
 * @param placed returns a placeholder's value
 */
export function jsonValue(node: JsonNode, placed: (placeholder: Placeholder) => unknown = noRow): unknown {
  switch (node.kind) {
    case 'JsonScalar':
      return node.value
    case 'JsonArray':
      return node.elements.map((element) => jsonValue(element, placed))
    case 'JsonObject':
      return Object.fromEntries(node.members.map(({ key, value }) => [keyText(key), jsonValue(value, placed)]))
    case 'Placeholder':
      return placed(node)
  }
}

/** Returns the name of a member, which may be bare or quoted. */
export function keyText(key: Name | Text): string {
  return key.kind === 'Name' ? key.text : key.value
}

/** Only tests with cases have placeholders, and the checker has verified them. */
function noRow({ name }: Placeholder): never {
  throw new Error(`nothing stands for $${name}`)
}
