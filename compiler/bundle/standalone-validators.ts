import { _, type CodeKeywordDefinition, type KeywordCxt, type Options, stringify } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'
import { formats, helpers, pattern } from '../../runtime/abi/index.ts'
import type { Doors } from '../compiled.ts'

/** Schemas of one kind by name. */
type Schemas = Readonly<Record<string, object | boolean>>

/**
 * `validators.js`: a function body with one parameter, `abi`, that returns the `Validators` of a bundle. Standing alone: ajv is
 * needed where a bundle is built and nowhere else. The same text for the same schemas.
 */
export function standaloneValidators({ claims, data, bodies }: Doors): string {
  const routes = Object.entries(bodies)
  const types = Object.fromEntries(routes.map(([name, { type }]) => [name, type]))
  const sources = Object.fromEntries(routes.flatMap(([name, { source }]) => (source === null ? [] : [[name, source]])))
  return `"use strict";
const own = (() => {
const exports = Object.create(null);
${codeOf({ claims, data, bodies: types }, OWN)}
return exports;
})();
const imported = (() => {
const exports = Object.create(null);
${codeOf({ bodies: mapped(sources, counting) }, IMPORTED, changeKeywords)}
return exports;
})();
${TABLES}
return Object.freeze({
  claims: table("claims", ${namesOf(claims)}),
  data: table("data", ${namesOf(data)}),
  bodies: table("bodies", ${namesOf(bodies)}),
});
`
}

const BOTH = {
  allowUnionTypes: true,
  // A claim may be named like a member of Object.prototype; one that is inherited is not there.
  ownProperties: true,
  // A long enumeration in a loop would need ajv's deep equality; written out, it needs nothing.
  loopEnum: Number.MAX_SAFE_INTEGER,
  allErrors: false,
  validateSchema: true,
} satisfies Options

/** For the schemas that we wrote: whatever in them is not as it should be is our mistake. */
const OWN: Options = { ...BOTH, strict: true, strictRequired: false, code: { source: true, lines: true } }

/** For those that were imported: others say `properties` without `type`, and mean it. Their patterns take linear time. */
const IMPORTED: Options = {
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
}

/** JSON is JavaScript; nothing of it can end a script or a line. */
function namesOf(record: object): string {
  return `[${Object.keys(record)
    .sort()
    .map((name) => JSON.stringify(name))
    .join(', ')}]`
}

function codeOf(
  rooms: Readonly<Record<string, Schemas>>,
  options: Options,
  prepare: (ajv: InstanceType<typeof Ajv2020>) => void = () => {},
): string {
  const ajv = new Ajv2020(options)
  changeEnum(ajv)
  prepare(ajv)
  const refs: Record<string, string> = {}
  for (const [room, schemas] of Object.entries(rooms)) {
    for (const name of Object.keys(schemas).sort()) {
      // Room and name in one: ajv looks keys up in a plain object, which has `constructor` and its like already.
      const key = `${room} ${name}`
      // ajv knows schemas by what they are, and one schema may be there twice.
      ajv.addSchema(structuredClone(schemas[name]) as object, key)
      refs[key] = key
    }
  }
  const code = HELPERS.reduce(
    (text, [foreign, ours]) => text.replaceAll(foreign, ours),
    standalone.default(ajv, refs).replace(/^"use strict";\n?/, ''),
  )
  // A word of its own: a claim or an identity may have that name, behind a dot.
  const foreign = /(?<![.\w$])(?:require|import)\b/.exec(code.replace(/"(?:[^"\\]|\\.)*"/g, '""'))
  if (foreign !== null) throw new Error(`the validators do not stand alone: they ${foreign[0]} something`)
  return code
}

const STEP = 'iap-step'

/** With a step at each place that a reference leads to: only through them can a check be longer than schema and value. */
function counting(schema: object | boolean): object | boolean {
  if (typeof schema !== 'object' || !('$defs' in schema)) return schema
  const count = (one: unknown) => (typeof one === 'object' ? { ...one, [STEP]: true } : one)
  return { ...schema, $defs: mapped(schema.$defs as Readonly<Record<string, unknown>>, count) }
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
  ['require("ajv/dist/runtime/ucs2length").default', '(text) => [...text].length'],
  ['require("ajv/dist/runtime/equal").default', 'abi.sameJson'],
]

/** A body whose type was imported has to fit both: what the type says, and the schema. */
const TABLES = `const TOO_LONG = [{ instancePath: "", message: "takes too many steps to check" }];
const both = (first, second) => {
  if (second === undefined) return first;
  const validate = (json) => {
    const failed = first(json) !== true ? first : null;
    const fits = failed === null && abi.withinSteps(() => second(json) === true);
    if (fits === null) validate.errors = TOO_LONG;
    else validate.errors = failed !== null ? failed.errors : fits ? null : second.errors;
    return fits === true;
  };
  return validate;
};
const table = (room, names) => {
  const found = Object.create(null);
  for (const name of names) found[name] = both(own[room + " " + name], imported[room + " " + name]);
  return Object.freeze(found);
};`
