// Shows what happens, step by step, and counts what was not as it should be.

import { ask } from './ask.mjs'
import { bold, cyan, dim, green, red } from './paint.mjs'
import { summary } from './summary.mjs'

const HOST = 'orders.shop.localhost'

/** `records` grows by the audit records as they are made; `over` returns why it cannot go on, or null. */
export function createTeller(proxy, records, over) {
  let number = 0
  let failed = 0
  return {
    failed: () => failed,
    chapter(title) {
      number += 1
      console.log(`\n${bold(`${number}. ${title}`)}`)
    },
    tell: (text) => console.log(`   ${text}`),
    expect(what, fine) {
      if (!fine) failed += 1
      console.log(`   ${fine ? green('✓') : red('✗')} ${what}`)
    },
    /** Asks, and shows the request, what came back, and the decision as the audit record has it. */
    async show({ note = '', ...question }) {
      if (over() !== null) throw over()
      const { method = 'GET', host = HOST, path } = question
      console.log(`   ${cyan(method)} http://${host}${path}${note === '' ? '' : dim(`   ${note}`)}`)
      const before = records.length
      const answer = await ask(proxy, { host, ...question })
      const json = parse(answer.body)
      console.log(`   ${answer.status < 400 ? green(answer.status) : red(answer.status)} ${inWords(answer.body, json)}`)
      const recorded = () => records.slice(before).find((record) => record.path === path && record.method === method)
      await until(() => recorded() !== undefined)
      const record = recorded()
      console.log(record === undefined ? red('   no record was made') : `   ${dim('record:')} ${summary(record)}`)
      return { ...answer, json, record }
    },
  }
}

/** Asks again for at most 15 seconds. */
export async function until(condition) {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await condition()) return true
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return false
}

export function parse(text) {
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
