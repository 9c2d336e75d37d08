/** IAP4xxx: declarations that are syntactically valid but inconsistent. */
import { define } from './define.ts'

export const missingTo = define({
  code: 'IAP4001',
  severity: 'error',
  message: (p: { rule: string }) => `the permit \`${p.rule}\` has no \`to\` clause`,
  help: () => 'add a clause such as `to staff`; to open the routes to everybody, write `to anyone`',
})

export const noRoutes = define({
  code: 'IAP4002',
  severity: 'error',
  message: (p: { rule: string }) => `\`${p.rule}\` selects no routes`,
  help: () => 'check the clauses: `on` selects nothing, or `except` excludes everything',
})

export const badTemplate = define({
  code: 'IAP4003',
  severity: 'error',
  message: (p: { template: string; why: string }) => `\`${p.template}\` is not a path template: ${p.why}`,
  help: (p: { instead: string | null }) =>
    p.instead === null
      ? 'write segments such as `/orders/{id}`, `/orders/{id: int}/lines`, `/files/{name}.pdf`, `/public/{rest...}`'
      : `write \`"${p.instead}"\``,
})

export const badHost = define({
  code: 'IAP4004',
  severity: 'error',
  message: (p: { host: string; why: string }) => `\`${p.host}\` is not a host: ${p.why}`,
  help: (p: { instead: string | null }) =>
    p.instead === null
      ? 'write a host such as `orders.shop.example`, `*.shop.example` or `{tenant}.shop.example`'
      : `write \`"${p.instead}"\``,
})

export const hostParams = define({
  code: 'IAP4005',
  severity: 'error',
  message: (p: { service: string }) => `the hosts of \`${p.service}\` do not all have the same parameter`,
  help: () => 'write the same `{name}` in each of its hosts, or in none',
})

export const paramTwice = define({
  code: 'IAP4006',
  severity: 'error',
  message: (p: { name: string }) => `the parameter \`${p.name}\` is already a parameter of the host`,
  help: () => 'give one of the two another name',
})

export const duplicateRoute = define({
  code: 'IAP4007',
  severity: 'error',
  message: (p: { route: string; service: string }) => `the service \`${p.service}\` already has a route \`${p.route}\``,
  help: () => 'give one of the two another name',
})

export const ambiguousRoutes = define({
  code: 'IAP4008',
  severity: 'error',
  message: (p: { a: string; b: string; same: boolean }) =>
    p.same
      ? `\`${p.a}\` and \`${p.b}\` match the same paths`
      : `some paths match both \`${p.a}\` and \`${p.b}\`, and neither template is more specific`,
  help: (p: { same: boolean }) =>
    p.same
      ? 'merge the routes, or give them different methods'
      : 'make one of the templates more specific than the other in every segment',
})

export const badMethod = define({
  code: 'IAP4009',
  severity: 'error',
  message: (p: { method: string; why: string }) => `\`${p.method}\` cannot be a method here: ${p.why}`,
  help: () => 'write methods such as `GET, POST`, or `ANY` alone',
})

export const mtlsClaims = define({
  code: 'IAP4010',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` is predefined for \`mtls\` callers`,
  help: () => 'remove the declaration: `spiffe_id`, `trust_domain`, `path` and `dns_names` come from the certificate',
})

export const standsTwice = define({
  code: 'IAP4011',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` appears twice`,
  help: () => 'keep one of the two',
})

export const roleCycle = define({
  code: 'IAP4012',
  severity: 'error',
  message: (p: { cycle: string }) => `these roles depend on each other: ${p.cycle}`,
  help: () => 'define one of them without the others',
})

export const badTime = define({
  code: 'IAP4013',
  severity: 'error',
  message: (p: { text: string }) => `\`${p.text}\` is not a valid time`,
  help: () => 'write an RFC 3339 time, such as `timestamp("2026-03-02T09:00:00Z")`',
})

export const foreignNames = define({
  code: 'IAP4014',
  severity: 'error',
  message: (p: { a: string; b: string }) =>
    `\`${p.a}\` and \`${p.b}\` conflict: one is a value, the other is read from inside it`,
  help: () => 'declare the outer claim as a record, and read the inner one as its field',
})

const REFUSED = 'if the test is about claims that are refused, write `expect reject 401`'

export const claimMismatch = define({
  code: 'IAP4015',
  severity: 'error',
  message: (p: { claim: string; identity: string; expected: string; found: string }) =>
    `expected ${p.expected} for the claim \`${p.claim}\` of \`${p.identity}\`, but found ${p.found}`,
  help: (p: { sample: string; instead: string | null }) =>
    `${p.instead === null ? `write a value such as \`${p.sample}\`` : `write \`${p.instead}\``}; ${REFUSED}`,
})

export const claimsLack = define({
  code: 'IAP4016',
  severity: 'error',
  // Formats that describe a code show its message with `…` for each parameter, so `names` is a text, each name quoted.
  message: (p: { names: string; identity: string; written: string | null }) => {
    if (p.written !== null && `\`${p.written}\`` === p.names)
      return `\`${p.identity}\` reads the claim ${p.names} from another member`
    return p.written === null
      ? `these claims lack ${p.names}, which \`${p.identity}\` requires`
      : `these claims have \`${p.written}\`, but lack ${p.names}, which \`${p.identity}\` requires`
  },
  help: (p: { written: string | null; suggestion: string }) =>
    p.written === null ? `add \`${p.suggestion}\`; ${REFUSED}` : `did you mean \`${p.suggestion}\`?`,
})

export const hierarchyPlace = define({
  code: 'IAP4050',
  severity: 'error',
  message: () => 'a `hierarchy` cannot be part of another type',
  help: () => 'declare it as `data folders: hierarchy`, and call `folders.within(a, b)`',
})

export const defCycle = define({
  code: 'IAP4051',
  severity: 'error',
  message: (p: { cycle: string }) => `recursive defs are not allowed: ${p.cycle}`,
  help: () => 'define one of them without the others: a condition must terminate',
})

export const annotationPlace = define({
  code: 'IAP4052',
  severity: 'error',
  message: (p: { name: string; before: string }) => `\`@${p.name}\` cannot be applied to ${p.before}`,
  help: (p: { name: string }) =>
    p.name === 'was'
      ? 'apply it only to a declaration that is referred to by name, such as a rule, a route or a role'
      : 'no reference to it could be reported as deprecated; write a `///` comment instead',
})

export const emptyAnnotation = define({
  code: 'IAP4053',
  severity: 'error',
  message: (p: { name: string }) => `\`@${p.name}\` has an empty text`,
  help: (p: { name: string }) => (p.name === 'was' ? 'write the former name' : 'write what to use instead'),
})

export const wasInUse = define({
  code: 'IAP4054',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` cannot be a former name: another declaration has or had this name`,
  help: () => 'remove the annotation, or correct the name in it',
})

export const permitOnly = define({
  code: 'IAP4055',
  severity: 'error',
  message: (p: { clause: string }) => `a forbid cannot have \`${p.clause}\``,
  help: (p: { clause: string }) =>
    p.clause === 'require'
      ? 'write `unless mfa within 10m` as a separate clause: it lifts the forbid if it is met, and else challenges the caller'
      : `move it to a permit: only permitted requests have a \`${p.clause}\``,
})

export const limitBound = define({
  code: 'IAP4056',
  severity: 'error',
  message: (p: { what: string }) => `a limit must be at least ${p.what}`,
  help: () => 'write a limit such as `limit 20 per 1h`; to block all requests, write a `forbid`',
})

export const limitKey = define({
  code: 'IAP4057',
  severity: 'error',
  message: (p: { type: string }) => `a limit cannot be counted by \`${p.type}\``,
  help: () => 'write `by` with a `string`, an `int`, a `bool` or an `ip`, such as `by caller.sub`',
})

export const headerNotSet = define({
  code: 'IAP4058',
  severity: 'error',
  message: (p: { name: string; why: string }) => `a permit cannot set the header \`${p.name}\`: ${p.why}`,
  help: (p: { name: string; lower: string | null }) =>
    p.lower === null ? 'choose a name of your own in lower case, such as `"x-refund-tier"`' : `write \`"${p.lower}"\``,
})

export const headerConflict = define({
  code: 'IAP4059',
  severity: 'error',
  message: (p: { header: string; a: string; b: string }) =>
    `\`${p.a}\` and \`${p.b}\` may both apply, and they set \`${p.header}\` to different values`,
  help: () =>
    'make them exclude each other by `to`, or by one condition that is `when` in one and `unless` in the other; ' +
    'or set the header in only one permit',
})

export const queryType = define({
  code: 'IAP4060',
  severity: 'error',
  message: (p: { name: string; type: string }) => `the query parameter \`${p.name}\` cannot have the type \`${p.type}\``,
  help: () => 'declare a scalar, or a `list` or `set` of scalars for a parameter that may be repeated',
})

export const queryKey = define({
  code: 'IAP4061',
  severity: 'error',
  message: (p: { name: string; why: string }) => `the query key of \`${p.name}\` is invalid: ${p.why}`,
  help: () => 'write the key as it is in the URL, such as `page from "page-no": int`',
})

export const queryKeysAlike = define({
  code: 'IAP4062',
  severity: 'error',
  message: (p: { a: string; b: string }) => `the query keys \`${p.a}\` and \`${p.b}\` differ only in case`,
  help: () => 'keep one of the two: the proxy rejects a key that differs from a declared one only in case',
})

export const badRpc = define({
  code: 'IAP4063',
  severity: 'error',
  message: (p: { text: string }) => `\`${p.text}\` is not a gRPC operation`,
  help: () => 'write the full service name and the method, such as `"shop.Orders/Read"`',
})

export const testPart = define({
  code: 'IAP4064',
  severity: 'error',
  message: (p: { why: string }) => `this test is contradictory: ${p.why}`,
  help: () => 'remove it, or correct what contradicts it',
})

export const unsetHeader = define({
  code: 'IAP4065',
  severity: 'error',
  message: (p: { name: string }) => `no permit sets the header \`${p.name}\``,
  help: (p: { suggestion: string | null }) =>
    p.suggestion === null ? 'name a header that a permit sets, in lower case' : `did you mean \`${p.suggestion}\`?`,
})

export const certificateMember = define({
  code: 'IAP4066',
  severity: 'error',
  message: (p: { name: string | null }) =>
    p.name === null ? 'a certificate must have a `spiffe_id`' : `\`${p.name}\` is not a field of \`mtls\``,
  help: (p: { suggestion: string | null }) =>
    p.suggestion === null
      ? 'write `mtls { spiffe_id: "spiffe://domain/path", dns_names: ["a.example"] }`; the other fields are derived'
      : `did you mean \`${p.suggestion}\`?`,
})

export const headerToken = define({
  code: 'IAP4067',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` is not a valid header name`,
  help: () => 'write a name such as `"x-tenant"`',
})

export const badUrl = define({
  code: 'IAP4068',
  severity: 'error',
  message: (p: { text: string; why: string }) => `\`${p.text}\` is not a valid request URL: ${p.why}`,
  help: () => 'write the whole URL, such as `"https://orders.shop.example/orders/7"`',
})

export const badAddress = define({
  code: 'IAP4069',
  severity: 'error',
  message: (p: { text: string }) => `\`${p.text}\` is not an IP address`,
  help: () => 'write an address such as `"192.0.2.7"` or `"2001:db8::7"`',
})

export const placeholderValue = define({
  code: 'IAP4070',
  severity: 'error',
  message: (p: { name: string; wanted: string }) => `this value cannot replace \`$${p.name}\`: ${p.wanted}`,
  help: () => 'correct the value in the row, or move the placeholder',
})

export const fixtureConflict = define({
  code: 'IAP4073',
  severity: 'error',
  message: (p: { fixture: string; part: string; other: string | null }) =>
    `the fixture \`${p.fixture}\` has ${p.part}, and so has ${p.other === null ? 'the test' : `the fixture \`${p.other}\``}`,
  help: () => 'keep one of the two, or move the part into a fixture of its own',
})

export const testLacksRequest = define({
  code: 'IAP4074',
  severity: 'error',
  message: (p: { test: string }) => `the test \`${p.test}\` has no request, and neither have its fixtures`,
  help: () => 'write a request such as `GET "https://shop.example/orders"`, or name a fixture that has one',
})

export const tooManyRoutes = define({
  code: 'IAP4072',
  severity: 'error',
  message: (p: { service: string; routes: number; limit: number }) =>
    `with the service \`${p.service}\`, the policy has ${p.routes} routes, but at most ${p.limit} are supported`,
  help: () => 'combine routes by path parameters, or split the policy into bundles for separate proxies',
})

export const formerName = define({
  code: 'IAP4071',
  severity: 'error',
  message: (p: { text: string }) => `\`${p.text}\` is not a valid former name`,
  help: () => 'write only the former name itself; for a route, leave out the service',
})
