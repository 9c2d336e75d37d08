/**
 * Bounds how deeply the code of validators nests. ajv checks each property inside the block of the one before it, and inlines
 * nested records, so that a record of a thousand fields would overflow the stack of the parsers that read the code.
 */
import { _, type CodeKeywordDefinition, type KeywordCxt, Name } from 'ajv'
import type { Ajv2020 } from 'ajv/dist/2020.js'
import type { JsonSchema } from '../../language/checker/model.ts'

type SchemaObject = Exclude<JsonSchema, boolean>

/** Maximum properties that are checked one inside the other. */
const RUN = 64
/** Maximum properties on the way to a value within one function, with `LEVEL` for each list, map and record. */
const DEPTH = 128
const LEVEL = 4

/**
 * Changes how ajv checks the properties of an object: in groups of at most `RUN`. Within a group, ajv nests each check in the one
 * before. Each group begins outside of that nesting, so that the code of a wide object is not nested too deeply.
 */
export function checkInRuns(ajv: InstanceType<typeof Ajv2020>): void {
  for (const keyword of ['properties', 'required']) {
    const rule = ajv.RULES.all[keyword]
    if (typeof rule !== 'object') throw new Error(`ajv has no rule for \`${keyword}\``)
    const theirs = rule.definition as CodeKeywordDefinition
    // The position of the rule, and so the order of the errors, stays the same.
    rule.definition = { ...rule.definition, code: (cxt: KeywordCxt) => inRuns(cxt, theirs) } as typeof rule.definition
  }
}

function inRuns(cxt: KeywordCxt, theirs: CodeKeywordDefinition): void {
  const runs = runsOf(cxt.schema as object)
  const { gen } = cxt
  if (runs.length === 1) theirs.code(cxt)
  else
    for (const schema of runs) {
      const before = gen.const('_errs', ERRORS)
      gen.block(() => theirs.code(Object.create(cxt, { schema: { value: schema } }) as KeywordCxt))
      gen.if(_`${before} === ${ERRORS}`)
    }
}

const ERRORS = new Name('errors')

/** Splits the names of `required`, or the members of `properties`. */
function runsOf(schema: object): readonly object[] {
  const members = Array.isArray(schema) ? schema : Object.entries(schema)
  if (members.length <= RUN) return [schema]
  const runs = Array.from({ length: Math.ceil(members.length / RUN) }, (_, at) => members.slice(at * RUN, (at + 1) * RUN))
  return Array.isArray(schema) ? runs : runs.map((run) => Object.fromEntries(run))
}

/**
 * Moves records that are nested too deeply into `$defs`, for which ajv emits functions of their own. Returns `schema` itself if
 * there are none, or if it has references, which could lead to what was moved.
 */
export function withNestedDefinitions(schema: SchemaObject): SchemaObject {
  if (REFERENCE.test(JSON.stringify(schema))) return schema
  const definitions: Record<string, SchemaObject> = {}
  const moved = within(schema, 0, definitions)
  return Object.keys(definitions).length === 0 ? schema : { ...moved, $defs: definitions }
}

const REFERENCE = /"\$(?:dynamic)?(?:ref|defs|id|anchor)"/i

function within(schema: SchemaObject, above: number, definitions: Record<string, SchemaObject>): SchemaObject {
  const depth = above + LEVEL + Object.keys((schema.properties ?? {}) as object).length
  if (above > 0 && depth > DEPTH) {
    const name = `nested${Object.keys(definitions).length + 1}`
    // Holds the place, as the definitions within it come first.
    definitions[name] = {}
    definitions[name] = within(schema, 0, definitions)
    return { $ref: `#/$defs/${name}` }
  }
  return mapped(schema, (value, keyword) => inner(keyword, value, depth, definitions))
}

function inner(keyword: string, value: unknown, depth: number, definitions: Record<string, SchemaObject>): unknown {
  const visit = (one: unknown) => (isSchema(one) ? within(one, depth, definitions) : one)
  switch (keyword) {
    case 'items':
    case 'additionalProperties':
      return visit(value)
    case 'anyOf':
    case 'allOf': {
      const schemas = value as readonly unknown[]
      const changed = schemas.map(visit)
      return changed.every((one, at) => one === schemas[at]) ? schemas : changed
    }
    case 'properties':
    case 'patternProperties':
      return mapped(value as SchemaObject, visit)
    default:
      return value
  }
}

/** Returns the object with changed members, or the object itself if none changes. */
function mapped(members: SchemaObject, change: (value: unknown, name: string) => unknown): SchemaObject {
  const changed = Object.entries(members).map(([name, value]) => [name, change(value, name)] as const)
  return changed.every(([name, value]) => value === members[name]) ? members : Object.fromEntries(changed)
}

function isSchema(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
