// The story: each chapter asks, and says what the policy wants to come of it.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from './ask.mjs'
import { Browser } from './browser.mjs'
import { dim, yellow } from './paint.mjs'
import { summary } from './summary.mjs'
import { parse, until } from './teller.mjs'

export async function story(stage, teller, policies) {
  const { chapter, expect, show } = teller
  const ann = await stage.token({ caller: 'ann' })

  chapter('A stranger asks for an order')
  const stranger = await show({ path: '/orders/1042' })
  expect('401: the policy wants to know who calls', stranger.status === 401 && stranger.record?.effect === 'unauthenticated')

  chapter('A token for somebody else’s service')
  const elsewhere = await stage.token({ caller: 'ann', audience: 'https://elsewhere.example' })
  const wrong = await show({ path: '/orders/1042', token: elsewhere, note: 'a token of ann, for https://elsewhere.example' })
  expect('401: the audience is not this shop', wrong.status === 401)

  chapter('Support reads an order')
  const read = await show({ path: '/orders/1042', token: ann, note: 'ann, of support' })
  expect('200, permitted by `support_reads`', read.status === 200 && read.record?.rules.includes('support_reads'))
  expect(
    'the service says that it verified the assertion, and that ann calls',
    read.json?.verified === true && read.json?.caller === 'ann',
  )

  chapter('Support reads from the archive')
  const archived = await show({ path: '/orders/7', token: ann, note: 'ann, of support' })
  expect(
    '403, and the refusal says why',
    archived.status === 403 && archived.json?.because === 'Orders below 1000 are archived. Ask a manager.',
  )

  chapter('Mia signs in with a browser')
  await signsIn(stage, teller)

  chapter('Somebody brings an assertion along')
  const headers = { 'x-iap-assertion': forged(), X_Iap_Assertion: forged(), 'x-iap-user': 'root' }
  const spoofed = await show({ path: '/orders/1042', token: ann, headers, note: 'ann, with x-iap-assertion: {"sub":"root"}' })
  expect(
    'the service saw the proxy’s assertion: ann, not root',
    spoofed.json?.verified === true && spoofed.json?.caller === 'ann',
  )
  const stripped = spoofed.record?.strippedHeaders ?? []
  expect(
    `the record notes what was taken off: ${stripped.join(', ')}`,
    stripped.includes('x-iap-assertion') && stripped.includes('x_iap_assertion'),
  )

  chapter('A role changes while 50 connections are busy')
  const crowd = await roleChanges(stage, teller, policies)

  chapter('What the record says of all that')
  await showAudit(stage.audit, teller, crowd)
}

async function signsIn({ ports }, { expect, tell }) {
  const browser = new Browser()
  const page = `http://orders.shop.localhost:${ports.proxy}/orders/7`
  tell(dim(`opens ${page}`))
  const picker = await browser.open(page)
  expect('she is sent to the provider, which shows whom it knows', /name="caller" value="mia"/.test(picker.body))
  const shown = await browser.open(picker.url, { caller: 'mia', how: '' })
  expect('back at the page, as a manager: 200', shown.url === page && shown.status === 200)
  expect('the service verified that mia calls', parse(shown.body)?.verified === true && parse(shown.body)?.caller === 'mia')
}

async function roleChanges(stage, { expect, show, tell }, policies) {
  const ben = await stage.token({ caller: 'ben' })
  const mia = await stage.token({ caller: 'mia' })
  const before = await show({ path: '/orders/1042', token: ben, note: 'ben, a trainee' })
  expect('403: a trainee is not support', before.status === 403)
  const crowd = load(stage.ports.proxy, { host: 'orders.shop.localhost', path: '/orders/1043', token: mia }, 50)
  try {
    await until(() => crowd.answered() > 200)
    const atEdit = crowd.answered()
    tell(
      `${yellow('edit')} identity.iap: role support of staff when "support" in caller.groups ${yellow('|| "trainees" in caller.groups')}`,
    )
    edit(policies)
    const compiled = await stage.compile()
    expect('saved, checked, tested, compiled and signed', compiled.code === 0)
    if (compiled.code !== 0) tell(compiled.stderr)
    expect('loaded by the running proxy', await until(async () => (await stage.status()).policy?.sequence === 2))
    const after = await show({ path: '/orders/1042', token: ben, note: 'ben, with the same token' })
    expect('200: the same token, another decision', after.status === 200)
    const atReload = crowd.answered()
    await until(() => crowd.answered() > atReload + 200)
    const { answered, failures } = await crowd.stop()
    const since = answered - atEdit
    expect(
      `${answered} requests on 50 connections, ${since} of them since the edit, ${failures.length} failed`,
      failures.length === 0,
    )
    if (failures.length > 0) tell([...new Set(failures)].slice(0, 5).join('; '))
    return answered
  } finally {
    await crowd.stop()
  }
}

/** Trainees join support: one line of the policy, and the test that said otherwise. */
function edit(policies) {
  change(
    join(policies, 'identity.iap'),
    '"support" in caller.groups',
    '"support" in caller.groups || "trainees" in caller.groups',
  )
  change(
    join(policies, 'orders.test.iap'),
    /(a trainee reads )nothing([\s\S]*?)expect deny by default/,
    '$1an order$2expect permit by support_reads',
  )
}

function change(file, from, to) {
  const text = readFileSync(file, 'utf8')
  const edited = text.replace(from, to)
  if (edited === text) throw new Error(`the tour did not find in ${file} what it edits`)
  writeFileSync(file, edited)
}

/** Prints the records of the story, not those of the crowd. */
async function showAudit(file, { expect, tell }, answered) {
  const read = () => readFileSync(file, 'utf8').trim().split('\n').map(parse)
  const ofCrowd = () => read().filter((record) => record?.path === '/orders/1043').length
  // Records are written a moment after their answers.
  const whole = await until(() => ofCrowd() === answered)
  const records = read()
  const told = records.filter((record) => record?.route === 'orders.read' && record.path !== '/orders/1043')
  for (const record of told) tell(summary(record))
  tell(dim(`the last of them, as it is written:\n   ${JSON.stringify(told.at(-1))}`))
  expect(`${records.length} records, each of one line of JSON`, records.length > 0 && records.every((record) => record !== null))
  expect(`each of the ${answered} requests of the crowd has its record`, whole)
  expect('no record holds a token', !/eyJ[\w-]+\.eyJ/.test(JSON.stringify(records)))
  const revisions = new Set(records.map((record) => record?.revision).filter(Boolean))
  expect(`two revisions decided: ${[...revisions].map((text) => text.slice(0, 19)).join(', ')}`, revisions.size === 2)
}

/** An assertion as somebody would make one who has no key. */
function forged() {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part({ sub: 'root', aud: 'orders', exp: 4102444800 })}.`
}
