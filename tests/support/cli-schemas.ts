import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

const folder = new URL('../../cli/schemas/', import.meta.url)

/** The commands that a schema is named after, but for those that share one. */
const SHARED: Readonly<Record<string, string>> = { lint: 'check' }
/** Commands that write a JSON value a line. */
const LINES: ReadonlySet<string> = new Set(['eval', 'explain'])

export const schemaNames: readonly string[] = readdirSync(folder)
  .map((name) => name.replace('.schema.json', ''))
  .filter((name) => name !== 'common')

/** The name of the schema of what a command writes; null if it has none. */
export function schemaOf(words: readonly string[]): string | null {
  const [first = '', second = ''] = words
  const name = [`${first}-${second}`, SHARED[first] ?? first].find((one) => schemaNames.includes(one))
  return name ?? null
}

/** What is wrong with the output of a command; empty: nothing. A key that its schema does not have is wrong, too. */
export function outputFaults(name: string, output: string): readonly string[] {
  const values = LINES.has(name) ? output.split('\n').filter((line) => line !== '') : [output]
  return values.flatMap((text) => faultsOf(name, JSON.parse(text)))
}

export function faultsOf(name: string, value: unknown): readonly string[] {
  const validate = validator(name)
  if (validate(value)) return []
  return (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message} ${JSON.stringify(one.params)}`)
}

let ajv: Ajv2020 | null = null

function validator(name: string): ValidateFunction {
  if (ajv === null) {
    ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strictRequired: false })
    for (const each of ['common', ...schemaNames]) {
      const schema = JSON.parse(readFileSync(new URL(`${each}.schema.json`, folder), 'utf8'))
      ajv.addSchema(closed(schema) as object, each)
    }
  }
  const found = ajv.getSchema(name)
  if (found === undefined) throw new Error(`there is no schema ${name}`)
  return found
}

/**
 * Readers ignore keys that they do not know, so the schemas allow them. A test does not: each key is described. A place is a part of
 * other objects, so it alone is open.
 */
function closed(schema: unknown, key = ''): unknown {
  if (Array.isArray(schema)) return schema.map((one) => closed(one))
  if (typeof schema !== 'object' || schema === null) return schema
  const all = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value, name)]))
  const isObject = typeof all.properties === 'object' && all.type === 'object'
  return isObject && key !== 'place' && key !== 'manifest' ? { ...all, unevaluatedProperties: false } : all
}
