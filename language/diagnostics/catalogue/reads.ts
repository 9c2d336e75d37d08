/** IAP3xxx, shared with `types.ts` and `calls.ts`: reads of missing, optional or unreadable values. */
import { inputCalled } from '../other-words.ts'
import { define, didYouMean, importIt } from './define.ts'

export const unknownRoot = define({
  code: 'IAP3016',
  severity: 'error',
  message: (p: { name: string; isCaller: boolean }) =>
    p.isCaller
      ? `\`${p.name}\` is a kind of caller, not a value`
      : `\`${p.name}\` is not defined here, and conditions cannot read it`,
  help: (p: { name: string; isCaller: boolean; suggestion: string | null; hint: string | null; elsewhere: string | null }) =>
    p.isCaller
      ? `write \`caller is ${p.name}\``
      : importIt(p) ||
        p.hint ||
        didYouMean(p.suggestion) ||
        'a condition reads `caller`, `params`, `query`, `body`, `request`, `source`, `connection`, data and ' +
          'variables; strings are quoted',
})

export const unknownField = define({
  code: 'IAP3018',
  severity: 'error',
  message: (p: { name: string; owner: string }) =>
    p.owner === 'this record' ? `this record has no field \`${p.name}\`` : `\`${p.owner}\` has no field \`${p.name}\` here`,
  help: (p: { name: string; owner: string; suggestion: string | null; identity: string | null }) => {
    if (p.suggestion !== null) return didYouMean(p.suggestion)
    if (p.owner === 'params') return `the routes of this rule have no parameter \`{${p.name}}\``
    if (p.owner === 'query' || p.owner === 'body') return `declare it in the \`${p.owner}\` of a route of this rule`
    if (p.owner === 'request' && p.name === 'ip') return 'the address is `source.ip`'
    const hint = p.owner === 'request' ? inputCalled(p.name, false) : null
    if (hint !== null) return hint
    if (p.owner === 'source' && /^(?:principal|namespaces?|service_?account)$/i.test(p.name))
      return 'read the certificate of the caller as `caller.spiffe_id`, or that of the connection as `connection.mtls.spiffe_id`'
    if (p.owner === 'request') return 'a condition reads `request.method`, `.host`, `.path`, `.time` and `.headers["…"]`'
    if (p.owner === 'source') return 'a condition reads `source.ip`'
    if (p.owner === 'connection') return 'a condition reads `connection.mtls`'
    if (p.owner !== 'caller') return 'declare the field in its type'
    const identity = p.identity === null ? 'the identity' : `\`identity ${p.identity}\``
    return `declare the claim in ${identity}, such as \`${p.name}: string\``
  },
})

export const noFields = define({
  code: 'IAP3019',
  severity: 'error',
  message: (p: { type: string; name: string }) => `\`${p.type}\` has no fields, so \`${p.name}\` cannot be read`,
  help: (p: { type: string }) =>
    p.type.startsWith('optional')
      ? 'unwrap it with `.orValue(…)`, or transform it with `.optMap(x, …)`'
      : 'only records and maps have fields',
})

export const callerMayBeAnonymous = define({
  code: 'IAP3020',
  severity: 'error',
  message: (p: { field: string; identity: string | null }) =>
    `the caller ${p.identity === null ? 'is' : 'may be'} anonymous here, and anonymous callers have no \`${p.field}\``,
  help: (p: { field: string; identity: string | null; guard: string; inRule: boolean }) => {
    if (p.identity === null) return 'remove it: an anonymous caller has no claims'
    const guard = `guard it: \`${p.guard} … caller.${p.field} …\``
    return p.inRule ? `${guard}, or add a clause such as \`to ${p.identity}\`` : guard
  },
})

export const callersLack = define({
  code: 'IAP3021',
  severity: 'error',
  message: (p: { field: string; lacking: string }) =>
    `the caller may be ${p.lacking} here, which does not declare \`${p.field}\``,
  help: (p: { field: string; guard: string }) => `guard it: \`${p.guard} … caller.${p.field} …\``,
})

export const callersDiffer = define({
  code: 'IAP3022',
  severity: 'error',
  message: (p: { field: string; types: string }) =>
    `\`${p.field}\` has different types for the callers that are possible here (${p.types})`,
  help: (p: { field: string; guard: string }) => `guard it: \`${p.guard} … caller.${p.field} …\``,
})

export const unguardedOptional = define({
  code: 'IAP3023',
  severity: 'error',
  message: (p: { path: string }) => `\`${p.path}\` may be missing`,
  help: (p: { path: string; guard: string | null }) =>
    p.guard !== null
      ? `guard it: \`${p.guard} … ${p.path} …\`, or read it as an optional with \`.?\``
      : 'read it as an optional with `.?`: only a path can be guarded with `has(…)`',
})

export const unguardedIndex = define({
  code: 'IAP3024',
  severity: 'error',
  message: () => 'the map may have no entry under this key',
  help: (p: { guard: string | null }) =>
    p.guard === null
      ? 'read it as an optional with `[?…]`: only an entry whose key is a constant or a path can be guarded'
      : `guard it: \`${p.guard} …\`, or read it as an optional with \`[?…]\``,
})

export const indexNeedsMap = define({
  code: 'IAP3025',
  severity: 'error',
  message: (p: { type: string }) => `\`${p.type}\` cannot be indexed with \`[…]\``,
  help: (p: { instead: string | null; any: string | null }) => {
    if (p.any !== null) return `test whether something is among them with \`x in ${p.any}\`, or \`${p.any}.exists(x, …)\``
    return p.instead !== null
      ? `read the element as an optional with \`${p.instead}\`: the list may be shorter`
      : 'index only maps and lists; test a set with `x in …`, and read a field with `.`'
  },
})

export const indexNotString = define({
  code: 'IAP3026',
  severity: 'error',
  message: (p: { type: string }) => `map keys are strings, but this is \`${p.type}\``,
  help: () => 'index the map with a string',
})

/** What to read instead. */
const WITHIN: Readonly<Record<string, string>> = {
  caller: 'read a claim, such as `caller.sub`, or test its role or identity: `caller is …`',
  params: 'read one parameter, such as `params.id`',
  query: 'read one query parameter, such as `query.page`',
  body: 'read one field, such as `body.amount`',
  request: 'read `request.method`, `request.host`, `request.path`, `request.time` or one header',
  source: 'read `source.ip`',
  connection: 'read `connection.mtls`',
  hierarchy: 'test whether one name is equal to or below another: `….within(a, b)`',
  'request.headers': 'read one header: `"x-tenant" in request.headers && request.headers["x-tenant"] == "a"`',
}

export const notAValue = define({
  code: 'IAP3027',
  severity: 'error',
  message: (p: { written: string }) => `\`${p.written}\` is not a value`,
  help: (p: { name: string }) => WITHIN[p.name] ?? 'read one of its fields',
})

export const headerName = define({
  code: 'IAP3028',
  severity: 'error',
  message: (p: { why: string }) => `this header cannot be read: ${p.why}`,
  help: (p: { isText: boolean; instead: string | null }) => {
    if (p.instead !== null) return `write \`"${p.instead}"\``
    return p.isText
      ? 'name another header, in lower case such as `"x-tenant"`'
      : 'write the name of the header as a quoted string'
  },
})

export const hasNeedsField = define({
  code: 'IAP3029',
  severity: 'error',
  message: () => 'the argument of `has` must be a field',
  help: () => 'write `has(caller.level)`; to test for a map key, write `"key" in m`',
})

export const isNeedsCaller = define({
  code: 'IAP3030',
  severity: 'error',
  message: () => '`is` can only test `caller`',
  help: () => 'write `caller is NAME`; compare values with `==`',
})

export const impossibleCaller = define({
  code: 'IAP3031',
  severity: 'error',
  message: (p: { name: string; callers: string }) => `the caller can only be ${p.callers} here, so it is never \`${p.name}\``,
  help: () => 'remove the test, or widen the `to` of the rule',
})

export const paramTypesDiffer = define({
  code: 'IAP3032',
  severity: 'error',
  message: (p: { name: string }) => `the routes of this rule give \`${p.name}\` different types`,
  help: () => 'declare the same type in each route, or write one rule per route',
})

export const roleReadsRequest = define({
  code: 'IAP3037',
  severity: 'error',
  message: (p: { name: string }) => `a role is evaluated once per credential and cannot read \`${p.name}\``,
  help: () => 'move this into a `when` of the rules that need it',
})

export const defReadsRoute = define({
  code: 'IAP3050',
  severity: 'error',
  message: (p: { name: string }) => `a def cannot read \`${p.name}\`, which differs between routes`,
  help: () => 'add a parameter to the def, and pass the value in the call',
})

export const rootNotDeclared = define({
  code: 'IAP3051',
  severity: 'error',
  message: (p: { name: string }) => `no route of this rule declares a \`${p.name}\``,
  help: (p: { name: string }) =>
    p.name === 'body' ? 'declare it on the route: `body T`' : 'declare it on the route: `query { page?: int }`',
})

export const bodiesDiffer = define({
  code: 'IAP3052',
  severity: 'error',
  message: () => 'the body types of the routes of this rule have no field in common',
  help: () => 'declare the same body type in each route, or write one rule per route',
})

export const behindOptional = define({
  code: 'IAP3053',
  severity: 'error',
  message: (p: { type: string }) => `this reads from \`${p.type}\`, which may be empty`,
  help: (p: { instead: string }) => `write \`${p.instead}\`, which returns an optional`,
})

export const shadowedName = define({
  code: 'IAP3056',
  severity: 'error',
  message: (p: { name: string; what: string }) => `\`${p.name}\` cannot be a variable: it is already the name of ${p.what}`,
  help: (p: { name: string; instead: string }) => `give the variable another name, such as \`${p.instead}\``,
})

export const comparableDefault = define({
  code: 'IAP3075',
  severity: 'error',
  message: (p: { read: string; fallback: string; other: string }) =>
    `\`${p.other}\` can be equal to the default \`${p.fallback}\`, which is not a value of \`${p.read}\``,
  help: (p: { guarded: string }) => `write \`${p.guarded}\`, so that what is missing equals nothing`,
})

export const indexNotInt = define({
  code: 'IAP3069',
  severity: 'error',
  message: (p: { type: string }) => `list indexes are integers, but this is \`${p.type}\``,
  help: () => 'index the list with an `int`, starting at 0: `[?0]`',
})
