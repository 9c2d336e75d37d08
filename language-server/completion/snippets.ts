// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the places of snippets are written so.
/** Snippets have the syntax of the protocol: `${1:name}` is a place to fill in, and `$0` the last. */
export const IMPORT_SNIPPET = 'import { $2 } from "${1:./shared.iap}"'

/** Declarations by their keyword. */
export const DECLARATION_SNIPPETS: Readonly<Record<string, string>> = {
  type: 'type ${1:Name} = $0',
  identity: 'identity ${1:staff} via ${2:oidc} {\n  sub: string\n  $0\n}',
  role: 'role ${1:name} of ${2:staff} when $0',
  label: 'label ${1:name}',
  data: 'data ${1:name}: ${2:map<string, set<string>>}',
  def: 'def ${1:name}(${2:x}: ${3:string}): ${4:bool} = $0',
  service: 'service ${1:orders} at "${2:orders.example.com}" {\n  route ${3:read} ${4:GET} "${5:/orders/{id\\}}"$0\n}',
  permit: 'permit ${1:name}\n  on   ${2:service.route}\n  to   ${3:role}\n  when $0',
  forbid: 'forbid ${1:name}\n  on      ${2:service.route}\n  when    ${3:condition}\n  because "$0"',
  shadow: 'shadow permit ${1:name}\n  on   ${2:service.route}\n  to   ${3:role}\n  when $0',
  invariant: 'invariant ${1:name}\n  on ${2:service.route}\n  permitted only when $0',
  fixture: 'fixture ${1:name} {\n  as ${2:staff} { sub: "${3:mia}" }\n}',
  test: 'test "${1:name}" {\n  as ${2:staff} { sub: "${3:mia}" }\n  ${4:GET} "${5:https://}"\n  expect ${6:permit}$0\n}',
}

/** Clauses, parts of tests and routes by their keyword. */
export const PART_SNIPPETS: Readonly<Record<string, string>> = {
  on: 'on $0',
  except: 'except $0',
  to: 'to $0',
  when: 'when $0',
  unless: 'unless $0',
  require: 'require $0',
  limit: 'limit ${1:20} per ${2:1h} by ${0:caller.sub}',
  header: 'header "${1:x-name}"',
  because: 'because "$0"',
  permitted: 'permitted $0',
  denied: 'denied $0',
  allow: 'allow unknown',
  route: 'route ${1:name} ${2:GET} "$0"',
  rpc: 'rpc ${1:name} "$0"',
  query: 'query { $0 }',
  body: 'body $0',
  as: 'as $0',
  for: 'for any request\n    on ${1:*}\n    when ${2:caller is anonymous}\n    expect ${3:deny}',
  given: 'given $0',
  authenticated: 'authenticated by ${1:mfa} ${2:5m} ago',
  data: 'data $0',
  mtls: 'mtls { $0 }',
  at: 'at timestamp("${1:2026-01-01T12:00:00Z}")',
  expect: 'expect $0',
  cases: 'cases {\n    "${1:name}": { $0 }\n  }',
}
