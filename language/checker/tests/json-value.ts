import type { JsonNode, Placeholder } from '../../syntax/ast.ts'

/**
 * The JSON value that a test writes. Objects are made so that no key, `__proto__` included, means anything but itself.
 *
 * @param placed what a placeholder stands for
 */
export function jsonValue(node: JsonNode, placed: (placeholder: Placeholder) => unknown = noRow): unknown {
  switch (node.kind) {
    case 'JsonScalar':
      return node.value
    case 'JsonArray':
      return node.elements.map((element) => jsonValue(element, placed))
    case 'JsonObject':
      return Object.fromEntries(
        node.members.map(({ key, value }) => [key.kind === 'Name' ? key.text : key.value, jsonValue(value, placed)]),
      )
    case 'Placeholder':
      return placed(node)
  }
}

/** Only a test with cases has something to put in, and only what was checked is asked for. */
function noRow({ name }: Placeholder): never {
  throw new Error(`nothing stands for $${name}`)
}
