/** IAP3xxx, shared with `types.ts` and `calls.ts`: reads of missing, optional or unreadable values. */
import { define, didYouMean, importIt } from './define.ts'

export const unknownRoot = define({
  code: 'IAP3016',
  severity: 'error',
  message: (p: { name: string; isCaller: boolean }) =>
    p.isCaller ? `\`${p.name}\` is a kind of caller, not a value` : `\`${p.name}\` is not something that a condition can read`,
  help: (p: { name: string; isCaller: boolean; suggestion: string | null; elsewhere: string | null }) =>
    p.isCaller
      ? `ask \`caller is ${p.name}\``
      : importIt(p) ||
        didYouMean(p.suggestion) ||
        'a condition reads `caller`, `params`, `query`, `body`, `request`, `source`, `connection`, data and ' +
          'variables; a text is written in quotes',
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
  message: (p: { type: string; name: string }) => `\`${p.type}\` has no fields, so no \`${p.name}\``,
  help: (p: { type: string }) =>
    p.type.startsWith('optional')
      ? 'take what it holds by `.orValue(…)`, or go on with `.optMap(x, …)`'
      : 'only records and maps have fields',
})

export const callerMayBeAnonymous = define({
  code: 'IAP3020',
  severity: 'error',
  message: (p: { field: string; identity: string | null }) =>
    `the caller ${p.identity === null ? 'is' : 'may be'} anonymous here, who has no \`${p.field}\``,
  help: (p: { field: string; identity: string | null; guard: string; inRule: boolean }) => {
    if (p.identity === null) return 'leave it out: nothing is known of an anonymous caller'
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
    `\`${p.field}\` is of another type for each caller that is possible here (${p.types})`,
  help: (p: { field: string; guard: string }) => `guard it: \`${p.guard} … caller.${p.field} …\``,
})

export const unguardedOptional = define({
  code: 'IAP3023',
  severity: 'error',
  message: (p: { path: string }) => `\`${p.path}\` may be missing`,
  help: (p: { path: string; guard: string | null }) =>
    p.guard !== null
      ? `guard it: \`${p.guard} … ${p.path} …\`, or read it as an optional, by \`.?\``
      : 'only a path can be guarded by `has(…)`; read it as an optional, by `.?`',
})

export const unguardedIndex = define({
  code: 'IAP3024',
  severity: 'error',
  message: () => 'the map may have no entry under this key',
  help: (p: { guard: string | null }) =>
    p.guard === null
      ? 'only an entry named by a constant or a path can be guarded; read it as an optional, by `[?…]`'
      : `guard it: \`${p.guard} …\`, or read it as an optional, by \`[?…]\``,
})

export const indexNeedsMap = define({
  code: 'IAP3025',
  severity: 'error',
  message: (p: { type: string }) => `\`${p.type}\` has no entries to be read by \`[…]\``,
  help: (p: { type: string }) =>
    p.type.startsWith('list')
      ? 'a list may be shorter: read it as an optional, by `[?0]`'
      : 'only maps and lists are indexed; a set is asked by `x in …`, a field is read by `.`',
})

export const indexNotString = define({
  code: 'IAP3026',
  severity: 'error',
  message: (p: { type: string }) => `the keys of a map are texts, and this is \`${p.type}\``,
  help: () => 'index it by a text',
})

/** What to read instead. */
const WITHIN: Readonly<Record<string, string>> = {
  caller: 'read a claim of it, such as `caller.sub`, or ask who it is: `caller is …`',
  params: 'read one of the route, such as `params.id`',
  query: 'read one key of it, such as `query.page`',
  body: 'read one field of it, such as `body.amount`',
  request: 'read `request.method`, `request.host`, `request.path`, `request.time` or one header',
  source: 'read `source.ip`',
  connection: 'read `connection.mtls`',
  hierarchy: 'ask it whether one name is another or below it: `….within(a, b)`',
  'request.headers': 'read one header: `"x-tenant" in request.headers && request.headers["x-tenant"] == "a"`',
}

export const notAValue = define({
  code: 'IAP3027',
  severity: 'error',
  message: (p: { written: string }) => `\`${p.written}\` is not a value`,
  help: (p: { name: string }) => WITHIN[p.name] ?? 'read something within it',
})

export const headerName = define({
  code: 'IAP3028',
  severity: 'error',
  message: (p: { why: string }) => `this header cannot be read: ${p.why}`,
  help: (p: { isText: boolean; instead: string | null }) => {
    if (p.instead !== null) return `write \`"${p.instead}"\``
    return p.isText ? 'name another header, in lower case such as `"x-tenant"`' : 'name the header by a quoted text'
  },
})

export const hasNeedsField = define({
  code: 'IAP3029',
  severity: 'error',
  message: () => '`has` asks for a field',
  help: () => 'write `has(caller.level)`; for an entry of a map `"key" in m`',
})

export const isNeedsCaller = define({
  code: 'IAP3030',
  severity: 'error',
  message: () => '`is` asks who the caller is, and this is something else',
  help: () => 'write `caller is NAME`; values are compared by `==`',
})

export const impossibleCaller = define({
  code: 'IAP3031',
  severity: 'error',
  message: (p: { name: string; callers: string }) => `the caller can only be ${p.callers} here, so never \`${p.name}\``,
  help: () => 'take the test out, or widen the `to` of the rule',
})

export const paramTypesDiffer = define({
  code: 'IAP3032',
  severity: 'error',
  message: (p: { name: string }) => `the routes of this rule give \`${p.name}\` different types`,
  help: () => 'declare it alike in each route, or write a rule for each',
})

export const roleReadsRequest = define({
  code: 'IAP3037',
  severity: 'error',
  message: (p: { name: string }) => `a role is worked out once per credential and cannot read \`${p.name}\``,
  help: () => 'move this into a `when` of the rules that need it',
})

export const defReadsRoute = define({
  code: 'IAP3050',
  severity: 'error',
  message: (p: { name: string }) => `a def cannot read \`${p.name}\`, which is another for each route`,
  help: () => 'give it a parameter, and read this where it is called',
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
  message: () => 'the bodies of the routes of this rule have nothing in common that could be read',
  help: () => 'declare the body alike in each route, or write a rule for each',
})

export const behindOptional = define({
  code: 'IAP3053',
  severity: 'error',
  message: (p: { type: string }) => `this stands behind \`${p.type}\`, which may be empty`,
  help: (p: { instead: string }) => `read on by \`${p.instead}\`, which gives an optional again`,
})

export const shadowedName = define({
  code: 'IAP3056',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` already means something here`,
  help: () => 'give the variable another name',
})

export const indexNotInt = define({
  code: 'IAP3069',
  severity: 'error',
  message: (p: { type: string }) => `the positions of a list are numbers, and this is \`${p.type}\``,
  help: () => 'index it by an `int`, from 0: `[?0]`',
})
