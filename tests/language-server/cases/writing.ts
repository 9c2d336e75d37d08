import { type Case, FILES, IMPORTS } from './case.ts'

const texts = (own: string) => ({ ...FILES, 'own.iap': IMPORTS + own })

/** All labels that are offered. */
const offers = (name: string, own: string, expect: string | null): Case => ({
  name,
  texts: texts(own),
  ask: 'completion',
  expect,
})

/** Some labels that are offered, and some that are not. */
const offersSome = (name: string, own: string, expect: string, without: readonly string[]): Case => ({
  ...offers(name, own, expect),
  ...{ some: true, without },
})

const signature = (name: string, own: string, expect: string | null): Case => ({
  ...{ name, texts: texts(own), ask: 'signature', expect },
})

/** What the server offers to somebody who writes. */
export const WRITING: readonly Case[] = [
  offers('the claims of the caller, by who it may be', 'permit a on shop.list to staff when caller.‸', 'level\nsub'),
  offers(
    'the claims that conditions leave',
    'permit a on shop.list to staff, partner when caller is partner && caller.‸ == "a"',
    'client_id',
  ),
  offers('claims while a bracket is open', 'permit a on shop.list to staff when (has(caller.‸', 'level\nsub'),
  offersSome('the fields of a body', 'permit a on shop.make to staff when body.‸', 'amount\nid', ['caller', 'size']),
  offersSome('methods of a text', 'permit a on shop.list to staff when caller.sub.‸', 'startsWith', ['all', 'level']),
  offersSome('what a condition can begin with', 'permit a on shop.list to staff when ‸', 'body\ncaller\nowners\nowns', ['shop']),
  offers('routes of a service', 'permit a on shop.‸', 'list\nmake\nread'),
  offersSome('callers after to', 'permit a on shop.list to ‸', 'lead\npartner\nstaff', ['shop', 'public']),
  offersSome('clauses that are not written yet', 'permit a\n  on shop.list\n  ‸', 'because\nto\nwhen', ['on', 'service']),
  offersSome('declarations at the margin', '‸', 'permit\nservice\ntest', ['when', 'staff']),
  offers('claims in a test', 'test "t" {\n  as staff { ‸ }\n  GET "https://a"\n  expect deny\n}', 'sub\nlevel'),
  offers('nothing in a comment', '// permit ‸', ''),
  signature('the signature of a def', 'permit a on shop.list to staff when owns("a", ‸', 'owns(who: string, id: string): bool 1'),
  signature(
    'the signature of a method',
    'permit a on shop.list to staff when caller.sub.startsWith(‸)',
    'string.startsWith(string): bool 0',
  ),
  signature('no signature outside of calls', 'permit a on shop.list to staff when caller.sub == ‸"a"', null),
  {
    name: 'a missing `to` is added',
    texts: texts('permit ‸a on shop.list\n'),
    ask: 'actions',
    expect: 'add `to lead`\nown.iap:3:22 →  to lead',
    some: true,
  },
]
