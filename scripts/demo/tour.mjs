// The story, told by itself: each request, what the proxy decided, and whether that is what the policy says.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ask, load } from './ask.mjs'
import { bold, cyan, dim, green, red, yellow } from './paint.mjs'
import { setStage, shop } from './stage.mjs'
import { summary } from './summary.mjs'

const ORDERS = 'orders.shop.localhost'

/** Returns the exit code: 0 where everything was as it should be, else 1. */
export async function tour() {
  const copy = mkdtempSync(join(tmpdir(), 'iap-tour-'))
  const policies = join(copy, 'policies')
  cpSync(join(shop, 'policies'), policies, { recursive: true })
  console.log(bold('\nThe shop, from its policies to enforced requests\n'))
  const records = []
  let over = null
  const end = (error) => {
    over ??= error
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => end(new Error('interrupted')))
  try {
    const stage = await setStage({
      policies,
      anyPorts: true,
      say: (what, text) => console.log(`  ${dim(what.padEnd(9))} ${text}`),
      onAudit: (line) => records.push(JSON.parse(line)),
      onEnd: end,
    })
    try {
      const failed = await story({ ...stage, records, over: () => over }, policies)
      console.log(
        failed === 0
          ? green(bold('\nAll of it was as the policy says.\n'))
          : red(bold(`\n${failed} of it was not as the policy says.\n`)),
      )
      return failed === 0 ? 0 : 1
    } finally {
      await stage.close()
    }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

async function story(stage, policies) {
  let number = 0
  let failed = 0
  const chapter = (title) => {
    number += 1
    console.log(`\n${bold(`${number}. ${title}`)}`)
  }
  const expect = (what, fine) => {
    if (!fine) failed += 1
    console.log(`   ${fine ? green('✓') : red('✗')} ${what}`)
  }
  /** Asks, and shows the request, what came back, and the decision as the audit record has it. */
  const show = async ({ note = '', ...question }) => {
    if (stage.over() !== null) throw stage.over()
    const { method = 'GET', host = ORDERS, path } = question
    console.log(`   ${cyan(method)} http://${host}${path}${note === '' ? '' : dim(`   ${note}`)}`)
    const before = stage.records.length
    const answer = await ask(stage.ports.proxy, { host, ...question })
    const json = parse(answer.body)
    console.log(`   ${answer.status < 400 ? green(answer.status) : red(answer.status)} ${inWords(answer.body, json)}`)
    const recorded = () => stage.records.slice(before).find((record) => record.path === path && record.method === method)
    await until(() => recorded() !== undefined)
    const record = recorded()
    console.log(record === undefined ? red('   no record was made') : `   ${dim('record:')} ${summary(record)}`)
    return { ...answer, json, record }
  }

  const ann = await stage.token({ caller: 'ann' })
  const ben = await stage.token({ caller: 'ben' })
  const mia = await stage.token({ caller: 'mia' })

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

  chapter('Somebody brings an assertion along')
  const headers = { 'x-iap-assertion': forged(), X_Iap_Assertion: forged(), 'x-iap-user': 'root' }
  const spoofed = await show({ path: '/orders/1042', token: ann, headers, note: 'ann, with x-iap-assertion: {"sub":"root"}' })
  expect(
    'the service saw the proxy’s assertion: ann, not root',
    spoofed.json?.verified === true && spoofed.json?.caller === 'ann',
  )

  chapter('A role changes while 50 connections are busy')
  const before = await show({ path: '/orders/1042', token: ben, note: 'ben, a trainee' })
  expect('403: a trainee is not support', before.status === 403)
  const crowd = load(stage.ports.proxy, { host: ORDERS, path: '/orders/1043', token: mia }, 50)
  await until(() => crowd.answered() > 200)
  const at = crowd.answered()
  console.log(
    `   ${yellow('edit')} identity.iap: role support of staff when "support" in caller.groups ${yellow('|| "trainees" in caller.groups')}`,
  )
  edit(policies)
  const compiled = await stage.compile()
  expect('saved, checked, tested, compiled and signed', compiled.code === 0)
  if (compiled.code !== 0) console.log(compiled.stderr)
  const reloaded = await until(async () => (await stage.status()).policy?.sequence === 2)
  expect('loaded by the running proxy', reloaded)
  const after = await show({ path: '/orders/1042', token: ben, note: 'ben, with the same token' })
  expect('200: the same token, another decision', after.status === 200)
  const through = crowd.answered()
  await until(() => crowd.answered() > through + 200)
  const { answered, failures } = await crowd.stop()
  expect(
    `${answered} requests on 50 connections, ${answered - at} of them since the edit, ${failures.length} failed`,
    failures.length === 0,
  )
  if (failures.length > 0) console.log(`     ${[...new Set(failures)].slice(0, 5).join('; ')}`)

  chapter('What the record says of all that')
  await new Promise((resolve) => setTimeout(resolve, 300))
  showAudit(stage.audit, expect)
  return failed
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
function showAudit(file, expect) {
  const records = readFileSync(file, 'utf8').trim().split('\n').map(parse)
  const told = records.filter((record) => record?.route === 'orders.read' && record.path !== '/orders/1043')
  for (const record of told) console.log(`   ${summary(record)}`)
  console.log(`   ${dim('the last of them, as it is written:')}\n   ${dim(JSON.stringify(told.at(-1)))}`)
  expect(`${records.length} records, each of one line of JSON`, records.length > 0 && records.every((record) => record !== null))
  expect('no record holds a token', !/eyJ/.test(JSON.stringify(records)))
  const revisions = new Set(records.map((record) => record?.revision).filter(Boolean))
  expect(`two revisions decided: ${[...revisions].map((text) => text.slice(0, 19)).join(', ')}`, revisions.size === 2)
}

/** An assertion as somebody would make one who has no key. */
function forged() {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part({ sub: 'root', aud: 'orders', exp: 4102444800 })}.`
}

/** Asks again for at most 15 seconds. */
async function until(condition) {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await condition()) return true
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return false
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Of a refusal (RFC 9457) what a person reads, of a service its answer. */
function inWords(body, json) {
  if (typeof json?.title !== 'string') return oneLine(body)
  return `${json.title}${json.because === undefined ? '' : `: ${bold(json.because)}`} ${dim(`(${json.code})`)}`
}

function oneLine(text) {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 150 ? `${line.slice(0, 149)}…` : line
}
