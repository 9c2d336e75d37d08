import { type Case, FILES, IMPORTS } from './case.ts'

const of = (name: string, own: string, expect: string | null): Case => ({
  name,
  texts: { ...FILES, 'own.iap': IMPORTS + own },
  ask: 'hover',
  expect,
})

export const HOVERS: readonly Case[] = [
  of(
    'a role of another file, with its documentation and rules',
    'permit a on shop.list to le‸ad',
    '«lead»\nrole lead of staff when has(caller.level) && caller.level >= 3\n\nThose who answer for a team.\n\nRules: `a`.',
  ),
  of(
    'a route, with labels and rules',
    'permit a on shop.li‸st to staff\nforbid b on label public because "no"',
    '«list»\nshop.list: GET, HEAD /orders\n\nLabels: `public`.\n\nRules:\n- permit `a`\n- forbid `b`: no',
  ),
  of(
    'a route that no rule covers',
    'permit a on shop.list to staff\ntest "t" { as anonymous GET "https://shop.example/orders" expect deny }\ninvariant i on shop.re‸ad denied when true',
    '«read»\nshop.read: GET, HEAD /orders/{id} (id: string)\n\nNo rule covers this route: every request to it is denied.',
  ),
  of('a claim', 'permit a on shop.list to staff when caller.su‸b == "a"', '«sub»\nstaff.sub: string'),
  of(
    'the caller, as far as conditions leave it open',
    'permit a on shop.list to staff, partner when caller is partner && ca‸ller.client_id == "a"',
    '«caller»\ncaller\n\nThe authenticated caller, or anonymous. Its fields are the claims of the identities that the caller may be here.\n\nHere: `partner`.',
  ),
  of(
    'parameters of the routes of a rule',
    'permit a on shop.read to staff when par‸ams.id == "a"',
    '«params»\nparams: { id: string }\n\nThe parameters in the path and host of the route.',
  ),
  of(
    'a def',
    'permit a on shop.read to staff when ow‸ns(caller.sub, params.id)',
    '«owns»\ndef owns(who: string, id: string): bool = id in owners && owners[id] == who\n\nIn `shop.iap`.',
  ),
  of(
    'a def with a text in which a block of Markdown would end',
    'def de‸ep(x: string): bool = x == """\n```\n[a](b)"""',
    '«deep»\ndef deep(x: string): bool = x == """\n```\n[a](b)"""\n\nIn `own.iap`.',
  ),
  of('the variable of a comprehension', 'permit a on shop.list to staff when [1].exists(one, on‸e == 1)', '«one»\none: int'),
  of('the type of an expression', 'permit a on shop.list to staff when caller.sub =‸= "a"', '«caller.sub == "a"»\nbool'),
  of('a comment', '// no‸thing', null),
  of('a name that nobody declares', 'permit a on shop.list to no‸body', null),
  of('nothing after half a rule', 'permit a on shop.list to staff when ‸', null),
  of('a claim in half a rule', 'permit a on shop.list to staff when caller.su‸b ==', '«sub»\nstaff.sub: string'),
  of(
    'a role in a rule that cannot be read',
    'permit a on shop.list to le‸ad\n}{ "',
    '«lead»\nrole lead of staff when has(caller.level) && caller.level >= 3\n\nThose who answer for a team.\n\nNo rule names it in `to`.',
  ),
  { name: 'an empty text', texts: '‸', ask: 'hover', expect: null },
]
