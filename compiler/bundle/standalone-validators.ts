import { Ajv } from 'ajv'
import standalone from 'ajv/dist/standalone/index.js'
import type { Compiled } from '../compiled.ts'

/**
 * `validators.js`: a function body without parameters that returns the `Validators` of a bundle. Standing alone: ajv is
 * needed where a bundle is built and nowhere else. The same text for the same schemas.
 */
export function standaloneValidators(claims: Compiled['claims']): string {
  const ajv = new Ajv({
    strict: true,
    allowUnionTypes: true,
    // A claim may be named like a member of Object.prototype; one that is inherited is not there.
    ownProperties: true,
    // A long enumeration in a loop would need ajv's deep equality; written out, it needs nothing.
    loopEnum: Number.MAX_SAFE_INTEGER,
    allErrors: false,
    validateSchema: true,
    code: { source: true, lines: true },
  })
  const names = Object.keys(claims).sort()
  // ajv looks keys up in a plain object, which has `constructor` and its like already.
  const refs = Object.fromEntries(names.map((name) => [name, `claims of ${name}`]))
  for (const name of names) ajv.addSchema(claims[name] as object, refs[name])
  const code = standalone
    .default(ajv, refs)
    .replace(/^"use strict";\n?/, '')
    .replaceAll(AJV_LENGTH, OWN_LENGTH)
  // A word of its own: a claim or an identity may have that name, behind a dot.
  const foreign = /(?<![.\w$])(?:require|import)\b/.exec(code.replace(/"(?:[^"\\]|\\.)*"/g, '""'))
  if (foreign !== null) throw new Error(`the validators do not stand alone: they ${foreign[0]} something`)
  return `"use strict";\nconst exports = Object.create(null);\n${code}\nreturn Object.freeze(exports);\n`
}

/** The one helper that schemas of claims can ask for. Text of a policy cannot look like it: in code its quotes are escaped. */
const AJV_LENGTH = 'require("ajv/dist/runtime/ucs2length").default'
const OWN_LENGTH = '(text) => [...text].length'
