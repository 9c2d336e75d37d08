/** IAP4xxx: declarations that fit the grammar and cannot be meant so. */
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
  message: (p: { method: string; why: string }) => `\`${p.method}\` cannot be the method of a route: ${p.why}`,
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
