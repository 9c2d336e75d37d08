import { type ConfigPath, quoted, renderPath } from '../../base/config-error.ts'
import { nearest } from '../../base/nearest.ts'
import type { SchemaError } from './validate.generated.js'

/** A problem with a value in the configuration or, if `key` is set, with the key itself. */
export interface Problem {
  readonly path: ConfigPath
  readonly key: boolean
  readonly message: string
  /** For an unknown key, the known key that was probably meant. */
  readonly meant?: string
}

/** Converts errors of the JSON Schema validator to problems with readable messages. */
export function explainSchemaErrors(errors: readonly SchemaError[]): readonly Problem[] {
  const meant = new Set<string>()
  const problems: Problem[] = []
  // A mistyped key is one mistake, not an unknown and a missing key.
  for (const error of errors) if (error.keyword === 'additionalProperties') problems.push(unknownKey(error, meant))
  for (const error of errors) {
    if (error.keyword === 'required' && meant.has(`${error.instancePath}/${error.params.missingProperty}`)) continue
    const problem = error.keyword === 'additionalProperties' ? null : explain(error)
    if (problem !== null) problems.push(problem)
  }
  return problems
}

function unknownKey(error: SchemaError, meant: Set<string>): Problem {
  const path = pathOf(error.instancePath)
  const key = String(error.params.additionalProperty)
  const at = { path: [...path, key], key: true }
  const where = path.length === 0 ? '' : ` in ${named(path)}`
  const known = Object.keys(error.parentSchema.properties ?? {})
  const absent = known.filter((name) => !Object.hasOwn(error.data as object, name))
  const renamed = nameNow(error, key)
  if (renamed !== null) {
    meant.add(`${error.instancePath}/${renamed}`)
    return { ...at, meant: renamed, message: `unknown key ${quoted(key)}${where}: it was renamed to \`${renamed}\`` }
  }
  const suggestion = nearest(key, absent)
  if (suggestion !== null) {
    meant.add(`${error.instancePath}/${suggestion}`)
    return { ...at, meant: suggestion, message: `unknown key ${quoted(key)}${where}: did you mean \`${suggestion}\`?` }
  }
  const others = known.filter((name) => name !== '$schema').map((name) => `\`${name}\``)
  return { ...at, message: `unknown key ${quoted(key)}${where}: expected ${listed(others)}` }
}

/** Returns the present name of a key that an earlier version called `key`. */
function nameNow({ parentSchema }: SchemaError, key: string): string | null {
  const names = (parentSchema['x-renamed'] ?? {}) as Readonly<Record<string, string>>
  return Object.hasOwn(names, key) ? (names[key] as string) : null
}

function explain(error: SchemaError): Problem | null {
  const path = pathOf(error.instancePath)
  const expected = String(error.parentSchema['x-expected'] ?? `a ${error.parentSchema.type}`)
  switch (error.keyword) {
    // An invalid name has its own error.
    case 'propertyNames':
      return null
    case 'required': {
      const object = path.length === 0 ? 'the configuration' : named(path)
      return { path, key: true, message: `${object} lacks \`${error.params.missingProperty}\`: add it` }
    }
    case 'minItems':
    case 'minProperties':
      return { path, key: false, message: `${named(path)} is empty: expected ${expected}` }
    case 'maxProperties':
      return { path, key: false, message: `${named(path)} must be ${expected}, not both` }
  }
  if (error.propertyName !== undefined) {
    return {
      path: [...path, error.propertyName],
      key: true,
      message: `the key ${quoted(error.propertyName)} in ${named(path)} must be ${expected}`,
    }
  }
  const refused = path[0] === 'identities' && path[2] === 'algorithms' ? refusedAlgorithm(error.data) : null
  if (refused !== null) return { path, key: false, message: refused }
  const subject = path.length === 0 ? 'the configuration' : named(path)
  // The value may be a secret, and messages are stored.
  const found = error.parentSchema['x-secret'] === true ? '' : `, not ${described(error.data)}`
  return { path, key: false, message: `${subject} must be ${expected}${found}` }
}

/** Explains refused algorithms that users might want. */
function refusedAlgorithm(algorithm: unknown): string | null {
  if (typeof algorithm !== 'string') return null
  if (/^none$/i.test(algorithm)) return '`none` is not allowed: an unsigned token proves nothing'
  if (/^hs\d+$/i.test(algorithm))
    return `${quoted(algorithm)} is not allowed: with a shared secret, everyone who can verify a token can also make one`
  return null
}

function pathOf(pointer: string): ConfigPath {
  if (pointer === '') return []
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

export function named(path: ConfigPath): string {
  return quoted(renderPath(path))
}

function described(data: unknown): string {
  if (data === null) return 'empty'
  if (data === '') return 'an empty string'
  if (Array.isArray(data)) return 'a list'
  if (typeof data === 'object') return 'an object'
  return quoted(String(data))
}

function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('')
  return `one of ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
