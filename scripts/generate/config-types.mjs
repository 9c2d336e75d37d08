import { readFile } from 'node:fs/promises'

/**
 * The types of what the YAML holds once everything that the schema refuses has been cut out: whatever is there has its type, and
 * anything may be missing, or undefined where something was that is wrong. Definitions of objects have names.
 */
export async function configTypes() {
  const schema = JSON.parse(await readFile(new URL('../../runtime/server/config/config.schema.json', import.meta.url), 'utf8'))
  const { $schema: _, ...properties } = schema.properties
  const objects = Object.entries({ ...schema.definitions, config: { ...schema, properties } }).filter(
    ([, { properties }]) => properties !== undefined,
  )
  return objects.map(([name, each]) => `\nexport interface ${nameOf(name)} ${typeOf(each, schema.definitions, '')}\n`).join('')
}

function nameOf(definition) {
  return `Raw${definition[0].toUpperCase()}${definition.slice(1)}`
}

function typeOf(schema, definitions, indent) {
  const inner = (of) => typeOf(of, definitions, `${indent}  `)
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace('#/definitions/', '')
    return definitions[name].properties === undefined ? inner(definitions[name]) : nameOf(name)
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ')
  if (schema.properties !== undefined) {
    const members = Object.entries(schema.properties).map(([name, each]) => `${indent}  readonly ${name}?: ${inner(each)}\n`)
    return `{\n${members.join('')}${indent}}`
  }
  return [schema.type]
    .flat()
    .map((type) => {
      if (type === 'array') return `readonly (${inner(schema.items)} | undefined)[]`
      if (type === 'object') return `Readonly<Record<string, ${inner(schema.additionalProperties)} | undefined>>`
      return type === 'integer' ? 'number' : type
    })
    .join(' | ')
}

function literal(value) {
  return typeof value === 'string' ? `'${value}'` : String(value)
}
