import { _, type CodeKeywordDefinition, type KeywordCxt, type Options, stringify } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'
import { CHARACTERS, FRAME } from '../../runtime/abi/allowlist/validators/frame.ts'
import { withoutForbiddenWords } from '../../runtime/abi/forbidden-word.ts'
import { formats, helpers, pattern } from '../../runtime/abi/index.ts'
import type { InputSchemas } from '../compiled.ts'
import { withoutUnreached } from './without-unreached.ts'

/** What was compiled before, by what it was compiled from: a session that compiles again and again keeps it. */
export type CompiledSchemas = Map<string, string>

/**
 * `validators.js`: a function body with one parameter, `abi`, that returns the `Validators` of a bundle. Standing alone: ajv is
 * needed where a bundle is built and nowhere else. The same text for the same schemas; a schema that stands in several places is
 * there once.
 */
export function standaloneValidators({ claims, data, bodies }: InputSchemas, known: CompiledSchemas = new Map()): string {
  const checks = new Checks(known)
  const own = (schema: object) => checks.of(schema, OWN)
  const tables = [
    tableOf('claims', claims, own),
    tableOf('data', data, own),
    tableOf('bodies', bodies, ({ type, source }) =>
      source === null ? own(type) : `both(${own(type)}, ${checks.of(counting(withoutUnreached(source)), IMPORTED)})`,
    ),
  ]
  return inTexts(`"use strict";
${checks.declarations.join('')}${FRAME}
return Object.freeze({
${tables.join('')}});
`)
}

/**
 * Whatever a schema says stands in texts, where an escape is the same: so nothing looks like something else to whoever reads the
 * code, or like a word that a realm refuses.
 */
function inTexts(code: string): string {
  const ascii = code.replace(/[^\n\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return withoutForbiddenWords(ascii)
}

/**
 * A line a name. Computed keys, as `__proto__` would be something else; JSON is JavaScript, and nothing of it can end a script or
 * a line.
 */
function tableOf<T>(room: string, record: Readonly<Record<string, T>>, check: (value: T) => string): string {
  const names = Object.keys(record).sort()
  const lines = names.map((name) => `    [${JSON.stringify(name)}]: ${check(record[name] as T)},\n`)
  return `  ${room}: table({\n${lines.join('')}  }),\n`
}

/** How schemas of one origin are compiled. */
interface Origin {
  readonly name: string
  readonly options: Options
  prepare(ajv: Ajv, schema: object | boolean): void
}

type Ajv = InstanceType<typeof Ajv2020>

/** The declarations of functions that check, one for each schema. */
class Checks {
  readonly declarations: string[] = []
  readonly #names = new Map<string, string>()
  /** Many routes have the same object, which is written out as a key once. */
  readonly #byObject = new Map<Origin, Map<object, string>>()
  readonly #known: CompiledSchemas

  constructor(known: CompiledSchemas) {
    this.#known = known
  }

  /** The name of the function that checks a schema. */
  of(schema: object | boolean, origin: Origin): string {
    if (typeof schema === 'boolean') return this.#nameOf(schema, origin)
    const ofOrigin = this.#byObject.get(origin) ?? new Map<object, string>()
    this.#byObject.set(origin, ofOrigin)
    const name = ofOrigin.get(schema) ?? this.#nameOf(schema, origin)
    ofOrigin.set(schema, name)
    return name
  }

  #nameOf(schema: object | boolean, origin: Origin): string {
    const key = `${origin.name} ${JSON.stringify(schema)}`
    const before = this.#names.get(key)
    if (before !== undefined) return before
    const name = `check${this.#names.size + 1}`
    this.#names.set(key, name)
    const code = this.#known.get(key) ?? codeOf(schema, origin)
    this.#known.set(key, code)
    this.declarations.push(`const ${name} = (() => {\nconst exports = {};\n${code}\nreturn exports.check;\n})();\n`)
    return name
  }
}

const BOTH = {
  allowUnionTypes: true,
  // A claim may be named like a member of Object.prototype; one that is inherited is not there.
  ownProperties: true,
  // A long enumeration in a loop would need ajv's deep equality; written out, it needs nothing.
  loopEnum: Number.MAX_SAFE_INTEGER,
  // A loop over names is not in the form that a bundle may have.
  loopRequired: Number.MAX_SAFE_INTEGER,
  allErrors: false,
  validateSchema: true,
} satisfies Options

/** For the schemas that we wrote: whatever in them is not as it should be is our mistake. */
const OWN: Origin = {
  name: 'own',
  options: { ...BOTH, strict: true, strictRequired: false, code: { source: true, lines: true } },
  prepare(ajv) {
    // Whatever has been looked at, no schema of ours asks.
    ajv.opts.unevaluated = false
    changeEnum(ajv)
  },
}

/** For those that were imported: others say `properties` without `type`, and mean it. Their patterns take linear time. */
const IMPORTED: Origin = {
  name: 'imported',
  options: {
    ...BOTH,
    strict: false,
    strictSchema: true,
    formats: { ...formats } as NonNullable<Options['formats']>,
    code: {
      source: true,
      lines: true,
      formats: _`abi.formats`,
      regExp: Object.assign((source: string) => pattern(source), { code: 'abi.pattern' }),
    },
  },
  prepare(ajv, schema) {
    ajv.opts.unevaluated = JSON.stringify(schema).includes('"unevaluated')
    changeEnum(ajv)
    changeContains(ajv)
    changeKeywords(ajv)
  },
}

/** One an origin, for what all schemas of it must be: compiling the schema of schemas takes longer than most others. */
const judges = new Map<Origin, Ajv>()

function judgeOf(origin: Origin): Ajv {
  const known = judges.get(origin)
  if (known !== undefined) return known
  const ajv = new Ajv2020(origin.options)
  origin.prepare(ajv, true)
  judges.set(origin, ajv)
  return ajv
}

/** Each in an ajv of its own: one that has compiled many goes through all that they share for each that follows. */
function codeOf(schema: object | boolean, origin: Origin): string {
  judgeOf(origin).validateSchema(schema, true)
  const ajv = new Ajv2020({ ...origin.options, meta: false, validateSchema: false })
  origin.prepare(ajv, schema)
  ajv.addSchema(schema, 'check')
  const code = HELPERS.reduce(
    (text, [foreign, ours]) => text.replaceAll(foreign, ours),
    standalone.default(ajv, { check: 'check' }).replace(/^"use strict";\n?/, ''),
  )
  // A word of its own: a claim or an identity may have that name, behind a dot.
  const foreign = /(?<![.\w$])(?:require|import)\b/.exec(code.replace(/"(?:[^"\\]|\\.)*"/g, '""'))
  if (foreign !== null) throw new Error(`the validators do not stand alone: they ${foreign[0]} something`)
  return code
}

const STEP = 'iap-step'

/** With a step at each place that a reference leads to: only through them can a check be longer than schema and value. */
function counting(schema: object | boolean): object | boolean {
  if (typeof schema !== 'object' || !JSON.stringify(schema).includes('"$ref"')) return schema
  const count = (one: unknown) => (typeof one === 'object' ? { ...one, [STEP]: true } : one)
  const counted = { ...schema, [STEP]: true }
  return '$defs' in schema ? { ...counted, $defs: mapped(schema.$defs as Readonly<Record<string, unknown>>, count) } : counted
}

function mapped<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}

/** As many values as are compared one by one. */
const SHORT = 100

/** ajv writes out one comparison for each value, and with some ten thousands runs out of stack. */
function changeEnum(ajv: InstanceType<typeof Ajv2020>): void {
  const theirs = ajv.getKeyword('enum') as CodeKeywordDefinition
  ajv.removeKeyword('enum')
  ajv.addKeyword({
    ...theirs,
    code(cxt: KeywordCxt) {
      const values = cxt.schema as readonly unknown[]
      const isScalar = (value: unknown) => value === null || typeof value !== 'object'
      if (values.length <= SHORT || !values.every(isScalar)) return theirs.code(cxt)
      const set = cxt.gen.scopeValue('func', { ref: values, code: _`new Set(${stringify(values)})` })
      cxt.pass(_`${set}.has(${cxt.data})`)
    },
  })
}

/** ajv throws for a `contains` that nothing or everything fits, though both are schemas. */
function changeContains(ajv: InstanceType<typeof Ajv2020>): void {
  const theirs = ajv.getKeyword('contains') as CodeKeywordDefinition
  ajv.removeKeyword('contains')
  ajv.addKeyword({
    ...theirs,
    code(cxt: KeywordCxt) {
      const { minContains = 1, maxContains } = cxt.parentSchema as {
        readonly minContains?: number
        readonly maxContains?: number
      }
      if (maxContains === undefined && minContains === 0) return
      cxt.setParams({ min: minContains, max: maxContains })
      if (maxContains !== undefined && minContains > maxContains) cxt.fail()
      else theirs.code(cxt)
    },
  })
}

/** ajv compares each element with each; and it goes on for ever where a schema makes it. */
function changeKeywords(ajv: InstanceType<typeof Ajv2020>): void {
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must NOT have duplicate items' },
    code(cxt: KeywordCxt) {
      if (cxt.schema !== true) return
      const distinct = cxt.gen.scopeValue('func', { ref: helpers.distinctJson, code: _`abi.distinctJson` })
      cxt.fail(_`!${distinct}(${cxt.data})`)
    },
  })
  ajv.addKeyword({
    keyword: STEP,
    before: '$ref',
    code({ gen, data }: KeywordCxt) {
      gen.code(_`${gen.scopeValue('func', { ref: helpers.takeStep, code: _`abi.takeStep` })}(${data})`)
    },
  })
}

/** What schemas can ask for of ajv's. Text of a policy cannot look like it: in code its quotes are escaped. */
const HELPERS: readonly (readonly [foreign: string, ours: string])[] = [
  ['require("ajv/dist/runtime/ucs2length").default', CHARACTERS],
  ['require("ajv/dist/runtime/equal").default', 'abi.sameJson'],
]
