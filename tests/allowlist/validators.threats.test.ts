/** `validators.js` as it is emitted, with something in it that would do something else than look at values: each is refused by name. */
import { describe, expect, it } from 'vitest'
import { standaloneValidators } from '../../compiler/bundle/index.ts'
import { validatorsViolation } from '../../runtime/abi/allowlist/index.ts'

const code = standaloneValidators({
  claims: { staff: { type: 'object', properties: { sub: { type: 'string', pattern: '^a' } }, required: ['sub'] } },
  data: {},
  bodies: {
    's.post': {
      type: { type: 'object' },
      source: {
        type: 'object',
        properties: {
          list: { type: 'array', items: { type: 'string', minLength: 2 } },
          day: { type: 'string', format: 'date' },
          when: { $ref: '#/$defs/when' },
          kinds: { type: 'string', pattern: 'b$' },
        },
        $defs: { when: { type: 'object', properties: { when: { $ref: '#/$defs/when' } } } },
        patternProperties: { '^x': { type: 'integer' } },
        additionalProperties: false,
        unevaluatedProperties: false,
      },
    },
  },
})

it('passes as it is', () => expect(validatorsViolation(code)).toBeNull())

/** With one text in place of another that is there. */
function changed(from: string | RegExp, to: string): string {
  const result = code.replace(from, () => to)
  expect(result).not.toBe(code)
  return result
}

describe('in a function', () => {
  const START = 'let vErrors = null;\nlet errors = 0;'
  it.each([
    "data.constructor.constructor('return process')();",
    "errors = data.sub.constructor('return process');",
    'errors = [data.constructor];',
    'errors = vErrors.constructor;',
    'errors = errors.constructor.constructor;',
    'errors = data[instancePath];',
    "errors = data['con' + 'structor'];",
    'errors = globalThis;',
    'errors = process.env;',
    "require('node:fs');",
    "import('node:fs');",
    "eval('1');",
    "new Function('1');",
    "Function('1');",
    'errors = Object;',
    'errors = Object.prototype;',
    'Object.defineProperty(data, "sub", {});',
    'Object.setPrototypeOf(data, null);',
    'Object.keys.call(data);',
    'errors = abi;',
    'abi.policy(data);',
    'errors = this;',
    'errors = arguments;',
    'errors = validate0;',
    'errors = func0;',
    'errors = validate0.constructor;',
    'errors = [validate0];',
    // What members are written of must not be a value.
    'vErrors = data;',
    'vErrors = data.groups;',
    'vErrors = [data];',
    'vErrors = vErrors === null ? data : vErrors.concat(data);',
    'vErrors = vErrors === null ? validate0.errors : vErrors.concat(validate1.errors);',
    'let props0 = data;',
    'let props0 = {}; props0 = data || {};',
    'const evaluated9 = data;',
    'Object.assign(data, rootData);',
    'let props0 = {}; Object.assign(data, props0);',
    'let props0 = {}; Object.assign(props0, data);',
    'data();',
    'data.sub();',
    'vErrors();',
    'vErrors.map(isNaN);',
    'rootData.push(1);',
    'func0.apply(data);',
    'func0(data);',
    'pattern0.exec(data);',
    'data.sub = "admin";',
    'data.__proto__ = null;',
    'parentData[parentDataProperty] = 1;',
    'rootData.groups = ["admin"];',
    'schema0.type = "string";',
    'validate0 = data;',
    'validate0.other = 1;',
    'validate0.errors.length = 0;',
    'Object.prototype.x = 1;',
    'outside = 1;',
    'delete data.sub;',
    'errors = data instanceof Object;',
    'errors = "x" in data;',
    'errors ??= 1;',
    'errors = data?.sub;',
    'errors = `a`;',
    'isNaN`a`;',
    'errors = /a/;',
    'errors = { get a() { return 1 } };',
    'errors = { __proto__: data };',
    'errors = { ...data };',
    'errors = { toJSON() { return 1 } };',
    'errors = [...data];',
    'errors = () => 1;',
    'errors = function () {};',
    'errors = async () => 1;',
    'while (true) {}',
    'for (;;) {}',
    'for(let i9=0; i9<len9; i9--){}',
    'for (const key9 in data) {}',
    'for(const key9 of data){}',
    'outer: for(const key9 of Object.keys(data)){ break outer }',
    'try {} catch {}',
    'throw data;',
    'debugger;',
    'class A {}',
    'function inner() {}',
    'const { sub } = data;',
    'const undefined = 1;',
    'const validate0 = 1;',
    'const func0 = 1;',
    'const isNaN = 1;',
    'const Object = 1;',
    'const d\\u0061ta9 = 1;',
    'errors = d\\u0061ta;',
    // What other functions and errors keep, and what has been looked at.
    'evaluated0.props = data.constructor.prototype;',
    'const props7 = validate0.evaluated.props;',
    'const evaluated7 = data.evaluated;',
    'var props7 = data.evaluated.props;',
    'var props7 = {}; props7.polluted = data;',
    'var props7 = {}; props7["polluted"] = 1;',
    'validate0.errors = data.constructor.constructor;',
    'validate0.errors = [data.constructor];',
    'validate0.errors = "return process";',
    'validate1.errors = null;',
    'vErrors = vErrors === null ? validate9.errors : vErrors.concat(validate9.errors);',
    'const found7 = vErrors.push(0);',
    'vErrors.push(0);',
    'vErrors.length = 9;',
    'const err9 = {instancePath,schemaPath:"#",keyword:"x",params:{allowedValue: schema0.constructor},message:"x"};',
    'const err9 = {instancePath,schemaPath:"#",keyword:"x",params:{allowedValue: schema0.properties.__proto__},message:"x"};',
    'const err9 = {instancePath,schemaPath:"#",keyword:"x",params:{allowedValue: data},message:"x"};',
    'const err9 = {instancePath,schemaPath:"#",keyword:"x",params:{},message:data};',
    'const vSchema9 = schema0.constructor;',
    'let data9 = validate0;',
    'let data9 = data?.a;',
    'let data9 = data["a" + "b"];',
    'let data9 = data.a; data9 = 1;',
    'if(data.constructor("return process")){}',
    'if(isNaN.constructor){}',
    'if(pattern0.exec(data)){}',
    'if(func9(data)){}',
    'if(func0.call(data, data)){}',
    'if(func0.apply(data, "a")){}',
    'if(Object.assign(data)){}',
    'if(typeof validate0 == "function"){}',
    'if(data in data){}',
    'if(data ?? data){}',
    'if((missing0 = data)){}',
    'if((res0 = data/1, res0 !== parseInt(data))){}',
    'if(validate0(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors})){}',
    'if(validate0(data, {})){}',
    // Names that nothing declares, or something that has ended.
    'if((missing9 = "a")){}',
    'var valid8 = true; valid9 = true;',
    'if(errors === 0){let missing9;} if((missing9 = "a")){}',
    // Loops over what is no list: a body may have a member `length`.
    'const len9 = data.length; for(let i9=0; i9<len9; i9++){}',
    'if(Array.isArray(data)){let data9 = data.a; const len9 = data9.length; for(let i9=0; i9<len9; i9++){}}',
    'if(Array.isArray(data.a)){const len9 = data.length; for(let i9=0; i9<len9; i9++){}}',
    'if(!(Array.isArray(data))){const len9 = data.length; for(let i9=0; i9<len9; i9++){}}',
    'for(let i9=0; i9<9007199254740991; i9++){}',
    'for(const key9 of Object.getOwnPropertyNames(data)){}',
    'let data9 = data.a; let data9 = data.b;',
    '/* */',
    '//# sourceMappingURL=x\n',
    '<!-- x\n',
    "errors = '\u2028';",
    "errors = 'é';",
    '} ; process.exit() ; {',
  ])('%j', (attack) => {
    expect(validatorsViolation(changed(START, `${START}\n${attack}`))).not.toBeNull()
  })
})

describe('calls of functions that take no step', () => {
  const names = Array.from({ length: 70 }, (_, at) => `f${at}`)
  const texts = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]))
  const inner = { type: 'object', properties: texts, additionalProperties: false } as const
  const nested = standaloneValidators({
    claims: {},
    data: { d: { type: 'object', properties: { ...texts, one: { ...inner, required: ['f1'] }, other: inner } } },
    bodies: {},
  })
  const functions = [...new Set(nested.match(/function validate\d+/g))].map((one) => one.slice('function '.length))
  const [called = '', other = ''] = functions.filter((name) => new RegExp(`\\(${name}\\(`).test(nested))
  const CALL = '(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors})'
  /** Inserts a call at the beginning of a function. */
  const calling = (caller: string, callee: string) => {
    const at = nested.indexOf('let errors = 0;', nested.indexOf(`function ${caller}(`)) + 'let errors = 0;'.length
    return `${nested.slice(0, at)}\nif(${callee}${CALL}){}${nested.slice(at)}`
  }

  it('passes as it is, with one call of each', () => {
    expect(functions).toHaveLength(3)
    expect(validatorsViolation(nested)).toBeNull()
  })

  it.each([
    ['a second call', () => calling(called, other), 'a function that takes no step is called twice'],
    ['a call of itself', () => calling(called, called), 'a function that takes no step is called twice'],
    [
      'a circle of calls, each the only one',
      () => calling(called, functions.find((name) => name !== called && name !== other) ?? ''),
      'a function that takes no step calls itself through others',
    ],
  ])('%s', (_, code, message) => expect(validatorsViolation(code())).toMatchObject({ rule: 'recursion', message }))
})

describe('calls of functions whose step may never be taken', () => {
  const stepping = standaloneValidators({
    claims: {},
    data: {},
    bodies: {
      's.r': {
        type: { type: 'object' },
        source: { $ref: '#/$defs/a', $defs: { a: { type: 'object', properties: { a: { $ref: '#/$defs/a' } } } } },
      },
    },
  })
  const STEP = /\nfunc\d+\(data\);/
  it('passes as it is', () => {
    expect(stepping).toMatch(STEP)
    expect(validatorsViolation(stepping)).toBeNull()
  })

  it.each([
    ['none', ''],
    ['behind a return', '\nreturn true;$&'],
    ['behind a branch', '\nif(errors === 0){return true;}$&'],
  ])('%s', (_, to) => {
    const step = STEP.exec(stepping)?.[0] ?? ''
    expect(validatorsViolation(stepping.replaceAll(step, to.replace('$&', step)))?.rule).toBe('recursion')
  })
})

describe('beside the functions', () => {
  it.each<readonly [from: string | RegExp, to: string, rule: string]>([
    ['"use strict";\n', '', 'outline'],
    ['"use strict";\n', '"use strict";\nprocess.exit();\n', 'outline'],
    ['"use strict";\n', '"use strict";\nlet check9 = 1;\n', 'outline'],
    ['"use strict";\n', '"use strict";\nconst check9 = globalThis;\n', 'outline'],
    ['"use strict";\n', '"use strict";\nconst check9 = (() => 1)();\n', 'outline'],
    ['"use strict";\n', '"use strict";\nfunction table() {}\n', 'outline'],
    ['const exports = {};', 'const exports = abi;', 'outline'],
    ['exports.check = validate0;', 'exports.check = eval;', 'outline'],
    ['return exports.check;', 'return () => true;', 'outline'],
    ['return exports.check;', 'process.exit();\nreturn exports.check;', 'outline'],
    ['const func0 = Object.prototype.hasOwnProperty;', 'const func0 = Object.prototype.constructor;', 'property'],
    ['const func0 = Object.prototype.hasOwnProperty;', 'const func0 = Object.prototype.hasOwnProperty.constructor;', 'property'],
    ['const func0 = Object.prototype.hasOwnProperty;', 'const func0 = globalThis.eval;', 'property'],
    ['const func0 = Object.prototype.hasOwnProperty;', 'const func0 = Function;', 'declaration'],
    ['const func0 = Object.prototype.hasOwnProperty;', 'const func0 = () => true;', 'declaration'],
    ['const func0 = Object.prototype.hasOwnProperty;', 'const func0 = abi.policy;', 'property'],
    ['const func0 = Object.prototype.hasOwnProperty;', 'let func0 = Object.prototype.hasOwnProperty;', 'declaration'],
    ['const func0 = Object.prototype.hasOwnProperty;', 'const other = Object.prototype.hasOwnProperty;', 'declaration'],
    [/new RegExp\("\^a", "u"\)/, 'new RegExp("^a", "g")', 'call'],
    [/new RegExp\("\^a", "u"\)/, 'new Function("^a", "u")', 'call'],
    [/new RegExp\("\^a", "u"\)/, '/a/', 'declaration'],
    ['const schema0 = {', 'const schema0 = {get a() { return 1 },', 'declaration'],
    ['const schema0 = {', 'const schema0 = {"a":abi,', 'declaration'],
    ['const schema0 = {', 'const schema0 = {["a"]:1,', 'declaration'],
    ['const schema0 = {', 'const schema0 = {...abi,', 'declaration'],
    ['(data, {instancePath=""', '(data = eval, {instancePath=""', 'function'],
    ['(data, {instancePath=""', '(data, {instancePath=eval("1")', 'function'],
    ['function validate0(', 'async function validate0(', 'function'],
    ['function validate0(', 'function* validate0(', 'function'],
    ['validate0.evaluated = {', 'validate0.evaluated = {"a":eval,', 'outline'],
    ['validate0.evaluated = {', 'validate0.other = {', 'outline'],
    ['validate0.evaluated = {', 'Object.prototype.evaluated = {', 'outline'],
    ['const both = (first, second) => {', 'const both = (first, second) => {\n  return () => true;', 'outline'],
    ['const table = (entries) =>', 'const table = (entries) => eval("1") ||', 'outline'],
    ['const TOO_LONG', 'const other = 1;\nconst TOO_LONG', 'name'],
    ['["staff"]: check1', '["staff"]: () => true', 'outline'],
    ['["staff"]: check1', '["staff"]: check99', 'outline'],
    ['["staff"]: check1', '...abi', 'outline'],
    ['["staff"]: check1', '[eval("1")]: check1', 'outline'],
    ['["staff"]: check1', '["staff"]: both(check1, eval)', 'outline'],
    ['return Object.freeze({', 'return Object.freeze({\n  more: table({\n  }),', 'outline'],
    ['return Object.freeze({', 'return abi.policy({', 'outline'],
    [/\}\);\n$/, '});\nprocess.exit();\n', 'outline'],
    [/return Object\.freeze[\s\S]*$/, '', 'outline'],
  ])('%s → %j: %s', (from, to, rule) => expect(validatorsViolation(changed(from, to))?.rule).toBe(rule))
})
