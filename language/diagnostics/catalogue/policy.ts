/** IAP4xxx: declarations that are syntactically valid but inconsistent. */
import { define } from './define.ts'

export const missingTo = define({
  code: 'IAP4001',
  severity: 'error',
  message: (p: { rule: string }) => `the permit \`${p.rule}\` does not say whom it is \`to\``,
  help: () => 'add a clause such as `to staff`; `to anyone` opens a route to everybody, and has to be written',
})

export const noRoutes = define({
  code: 'IAP4002',
  severity: 'error',
  message: (p: { rule: string }) => `\`${p.rule}\` is on no route at all`,
  help: () => 'its `on` names nothing, or its `except` takes everything away',
})

export const badTemplate = define({
  code: 'IAP4003',
  severity: 'error',
  message: (p: { template: string; why: string }) => `\`${p.template}\` is not a path template: ${p.why}`,
  help: () => 'write segments such as `/orders/{id}`, `/orders/{id: int}/lines`, `/files/{name}.pdf`, `/public/{rest...}`',
})

export const badHost = define({
  code: 'IAP4004',
  severity: 'error',
  message: (p: { host: string; why: string }) => `\`${p.host}\` is not a host: ${p.why}`,
  help: () => 'write a host such as `orders.shop.example`, `*.shop.example` or `{tenant}.shop.example`',
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
  message: (p: { name: string }) => `the parameter \`${p.name}\` is already one of the host`,
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
      : `some paths match both \`${p.a}\` and \`${p.b}\`, and neither is the more specific`,
  help: (p: { same: boolean }) =>
    p.same
      ? 'join them, or let them differ in method'
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
  message: (p: { name: string }) => `a caller by \`mtls\` has \`${p.name}\` undeclared`,
  help: () => 'take the declaration out: `spiffe_id`, `trust_domain`, `path` and `dns_names` come from the certificate',
})

export const standsTwice = define({
  code: 'IAP4011',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` stands twice`,
  help: () => 'keep one of the two',
})

export const roleCycle = define({
  code: 'IAP4012',
  severity: 'error',
  message: (p: { cycle: string }) => `these roles depend on each other: ${p.cycle}`,
  help: () => 'let one of them say what it means without the others',
})

export const badTime = define({
  code: 'IAP4013',
  severity: 'error',
  message: (p: { text: string }) => `\`${p.text}\` is not a time`,
  help: () => 'write a time by RFC 3339, such as `timestamp("2026-03-02T09:00:00Z")`',
})

export const foreignNames = define({
  code: 'IAP4014',
  severity: 'error',
  message: (p: { a: string; b: string }) => `\`${p.a}\` and \`${p.b}\` are read from one place that cannot be both`,
  help: () => 'a claim cannot be a value and at the same time hold another claim; declare the outer one as a record',
})

export const hierarchyPlace = define({
  code: 'IAP4050',
  severity: 'error',
  message: () => 'a `hierarchy` is data of its own, and no part of another type',
  help: () => 'declare it as `data folders: hierarchy`, and ask `folders.within(a, b)`',
})

export const defCycle = define({
  code: 'IAP4051',
  severity: 'error',
  message: (p: { cycle: string }) => `a def leads back to itself: ${p.cycle}`,
  help: () => 'let one of them say what it means without the others: a condition has an end',
})

export const annotationPlace = define({
  code: 'IAP4052',
  severity: 'error',
  message: (p: { name: string; before: string }) => `\`@${p.name}\` cannot stand before ${p.before}`,
  help: (p: { name: string }) =>
    p.name === 'was'
      ? 'a former name belongs to what other texts name: a rule, a route, a role'
      : 'nothing refers to it, so nobody could be warned; say it in a `///` comment',
})

export const emptyAnnotation = define({
  code: 'IAP4053',
  severity: 'error',
  message: (p: { name: string }) => `\`@${p.name}\` says nothing`,
  help: (p: { name: string }) => (p.name === 'was' ? 'write the former name' : 'write what to use instead'),
})

export const wasInUse = define({
  code: 'IAP4054',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` cannot be a former name: something else is or was called so`,
  help: () => 'take the annotation out, or mend the name in it',
})

export const permitOnly = define({
  code: 'IAP4055',
  severity: 'error',
  message: (p: { clause: string }) => `a forbid has no \`${p.clause}\``,
  help: (p: { clause: string }) =>
    p.clause === 'require'
      ? 'write `unless mfa within 10m` as a whole clause: met, it lifts the forbid; not met, the caller is asked for it'
      : `move it to a permit: only what is let through has a \`${p.clause}\``,
})

export const limitBound = define({
  code: 'IAP4056',
  severity: 'error',
  message: (p: { what: string }) => `a limit is at least ${p.what}`,
  help: () => 'write a limit such as `limit 20 per 1h`; what must never be let through is a `forbid`',
})

export const limitKey = define({
  code: 'IAP4057',
  severity: 'error',
  message: (p: { type: string }) => `\`${p.type}\` cannot tell who shares a limit`,
  help: () => 'a limit is `by` a `string`, an `int`, a `bool` or an `ip`, such as `by caller.sub`',
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
    `\`${p.a}\` and \`${p.b}\` may both hold, and set \`${p.header}\` to different values`,
  help: () =>
    'let them exclude each other by `to`, or by a clause that one says with `when` and the other with ' +
    '`unless`; or let one permit set it',
})

export const queryType = define({
  code: 'IAP4060',
  severity: 'error',
  message: (p: { name: string; type: string }) => `the key \`${p.name}\` of a query cannot be \`${p.type}\``,
  help: () => 'declare a scalar, or a `list` or `set` of scalars for a key that may come several times',
})

export const queryKey = define({
  code: 'IAP4061',
  severity: 'error',
  message: (p: { name: string; why: string }) => `the key that \`${p.name}\` is read from cannot be one of a query: ${p.why}`,
  help: () => 'write the key as it is in the URL, such as `page from "page-no": int`',
})

export const queryKeysAlike = define({
  code: 'IAP4062',
  severity: 'error',
  message: (p: { a: string; b: string }) => `\`${p.a}\` and \`${p.b}\` are one key but for case`,
  help: () => 'keep one of the two: a request that gives either is refused for the sake of the other',
})

export const badRpc = define({
  code: 'IAP4063',
  severity: 'error',
  message: (p: { text: string }) => `\`${p.text}\` is not a gRPC operation`,
  help: () => 'write the full name of its service and its method, such as `"shop.Orders/Read"`',
})

export const testPart = define({
  code: 'IAP4064',
  severity: 'error',
  message: (p: { why: string }) => `this test asks for what cannot be: ${p.why}`,
  help: () => 'take it out, or mend what contradicts it',
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
    p.name === null ? 'a certificate has a `spiffe_id`' : `\`${p.name}\` is not what a certificate is given by`,
  help: (p: { suggestion: string | null }) =>
    p.suggestion === null
      ? 'write `mtls { spiffe_id: "spiffe://domain/path", dns_names: ["a.example"] }`; the rest is derived'
      : `did you mean \`${p.suggestion}\`?`,
})

export const headerToken = define({
  code: 'IAP4067',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` is not the name of a header`,
  help: () => 'write a name such as `"x-tenant"`',
})

export const badUrl = define({
  code: 'IAP4068',
  severity: 'error',
  message: (p: { text: string; why: string }) => `\`${p.text}\` is not the URL of a request: ${p.why}`,
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
  message: (p: { name: string; wanted: string }) => `this cannot stand for \`$${p.name}\`: ${p.wanted}`,
  help: () => 'mend the value in the row, or write the placeholder elsewhere',
})

export const formerName = define({
  code: 'IAP4071',
  severity: 'error',
  message: (p: { text: string }) => `\`${p.text}\` was never the name of anything`,
  help: () => 'write the former name alone: of a route its own, without the service',
})
