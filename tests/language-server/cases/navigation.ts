import { type Case, FILES, IMPORTS } from './case.ts'

const of = (ask: Case['ask'], name: string, own: string, expect: string | null, more: Partial<Case> = {}): Case => ({
  name,
  texts: { ...FILES, 'own.iap': IMPORTS + own },
  ask,
  expect,
  ...more,
})

const RULE = 'permit a on shop.read to lead when owns(caller.sub, params.id)'

export const NAVIGATION: readonly Case[] = [
  of('definition', 'a role in another file', RULE.replace('lead', 'l‸ead'), 'shared.iap:8:6 lead'),
  of('definition', 'at the end of a name', RULE.replace('lead', 'lead‸'), 'shared.iap:8:6 lead'),
  of('definition', 'a name in an import', '', 'shared.iap:8:6 lead', {
    texts: { ...FILES, 'own.iap': 'import { staff, le‸ad } from "./shared.iap"' },
  }),
  of('definition', 'a service', RULE.replace('shop', 'sh‸op'), 'shop.iap:9:9 shop'),
  of('definition', 'a route', RULE.replace('read', 're‸ad'), 'shop.iap:11:9 read'),
  of('definition', 'a def', RULE.replace('owns', 'own‸s'), 'shop.iap:7:5 owns'),
  of('definition', 'a claim', RULE.replace('sub', 's‸ub'), 'shared.iap:2:3 sub'),
  of('definition', 'a built-in, which no file declares', 'permit a on shop.list to staff when caller.sub.si‸ze() > 1', null),
  of('definition', 'in half a rule', 'permit a on shop.re‸ad to', 'shop.iap:11:9 read'),
  of('definition', 'an unknown name', 'permit a on shop.read to nob‸ody', null),
  of('references', 'a claim, in all files', RULE.replace('sub', 's‸ub'), 'own.iap:3:48 sub\nshared.iap:2:3 sub'),
  of(
    'references',
    'a role',
    `${RULE.replace('lead', 'l‸ead')}\npermit b on shop.list to staff when caller is lead`,
    'own.iap:1:26 lead\nown.iap:3:26 lead\nown.iap:4:47 lead\nshared.iap:8:6 lead\nshop.iap:1:17 lead',
  ),
  of(
    'highlight',
    'a parameter of a def',
    'def f(some: int): bool = so‸me > 1 && some < 9',
    'own.iap:3:7 some written\nown.iap:3:26 some read\nown.iap:3:38 some read',
  ),
  of(
    'highlight',
    'the variable of one comprehension of two',
    'permit a on shop.list to staff when [1].exists(x, x‸ == 1) && [2].exists(x, x == 2)',
    'own.iap:3:48 x written\nown.iap:3:51 x read',
  ),
  of('prepareRename', 'a role', RULE.replace('lead', 'l‸ead'), 'own.iap:3:26 lead'),
  of('prepareRename', 'a keyword', RULE.replace('permit', 'per‸mit'), 'refused: there is no name to rename here'),
  of(
    'prepareRename',
    'a claim',
    RULE.replace('sub', 's‸ub'),
    'refused: a claim has the name that tokens give it: declare it with `from "…"` to read it by another name',
  ),
  of(
    'rename',
    'a route, in its service and rules',
    `${RULE.replace('read', 're‸ad')}\ninvariant i on shop.read denied when true`,
    'own.iap:3:18 read → one\nown.iap:4:21 read → one\nshop.iap:11:9 read → one',
    { newName: 'one' },
  ),
  of(
    'rename',
    'to what is no name',
    RULE.replace('lead', 'l‸ead'),
    'refused: `a-b` is not a name: use letters, digits and `_`, and no digit first',
    { newName: 'a-b' },
  ),
  of(
    'rename',
    'a variable, in its own comprehension alone',
    'permit a on shop.list to staff when [1].exists(x‸, x == 1) && [2].exists(x, x == 2)',
    'own.iap:3:48 x → y\nown.iap:3:51 x → y',
    { newName: 'y' },
  ),
  of(
    'rename',
    'in a text with mistakes elsewhere',
    'permit a on shop.list to l‸ead\npermit b on',
    'own.iap:1:26 lead → chief\nown.iap:3:26 lead → chief\nshared.iap:8:6 lead → chief\nshop.iap:1:17 lead → chief',
    { newName: 'chief' },
  ),
]
