/** The names that `validators.js` may use, each with the reason for which it may. Code of ajv 8, as `compiler/bundle` asks for it. */

/** Members of `abi`. */
export const HELPERS: Readonly<Record<string, string>> = {
  formats: '`format` of an imported schema',
  pattern: '`pattern` of an imported schema',
  takeStep: 'a place that a reference leads to',
  distinctJson: '`uniqueItems`',
  sameJson: '`const`, and `enum` of lists and objects',
}

/** Functions of JavaScript that are called by name. */
export const FUNCTIONS: Readonly<Record<string, string>> = {
  isNaN: 'bounds of numbers',
  isFinite: 'bounds of numbers',
  parseInt: '`multipleOf`',
}

/** Functions of JavaScript that are members. */
export const STATICS: Readonly<Record<string, string>> = {
  'Array.isArray': 'what is a list',
  'Object.keys': 'own members, whatever they are called',
  'Object.assign': 'members that several schemas have looked at',
}

/** Methods of what a function keeps. */
export const METHODS: Readonly<Record<string, string>> = {
  push: 'of the errors so far',
  concat: 'of the errors so far',
  replace: 'of a key, for a JSON Pointer: `~` and `/`',
}

/** Members of the functions of ajv that they write themselves. */
export const WRITTEN: Readonly<Record<string, string>> = {
  errors: 'of a function: what it found',
  evaluated: 'of a function: what it looks at',
  length: 'of the errors so far: those of an alternative that does not count are let go',
  props: 'what has been looked at',
  items: 'what has been looked at',
}
