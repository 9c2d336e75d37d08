// The shop, running until it is interrupted: edit its policies, and the next request is decided by what you saved.

import { join } from 'node:path'
import { watch } from 'chokidar'
import { bold, cyan, dim, green, red } from './paint.mjs'
import { setStage, shop } from './stage.mjs'
import { summary } from './summary.mjs'

/** Returns the exit code. `anyPorts`: not the usual ones, for a test beside which others run. */
export async function live({ anyPorts }) {
  const policies = join(shop, 'policies')
  let end
  const interrupted = new Promise((resolve) => {
    end = resolve
    // `on`: a second ctrl-c must not end this before what it started has ended. SIGHUP: the terminal was closed.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve(0))
  })
  console.log(bold('\nThe shop, from its policies to enforced requests\n'))
  const stage = await setStage({
    policies,
    anyPorts,
    say: (what, text) => console.log(`  ${dim(what.padEnd(9))} ${text}`),
    onAudit: (line) => console.log(`  ${summary(JSON.parse(line))}`),
    onEnd: (error) => {
      console.error(red(error.message))
      end(1)
    },
  })
  console.log(whatToDo(stage.ports))
  const watcher = watchPolicies(policies, async () => {
    const { code, stdout, stderr } = await stage.compile()
    if (code === 0) console.log(`  ${green('compiled')} ${stdout.trim().split(' ').slice(1).join(' ')}`)
    else console.log(`${stderr.trimEnd()}\n  ${red('not compiled')}: the previous policy stays active`)
  })
  const code = await interrupted
  console.log('\n  stopping')
  await watcher.close()
  await stage.close()
  return code
}

function whatToDo({ proxy, admin, issuer }) {
  const token = (caller) => `-H "Authorization: Bearer $(curl -s 'http://127.0.0.1:${issuer}/token?caller=${caller}&as=text')"`
  const at = (host, path) => `-H 'Host: ${host}.shop.localhost' http://127.0.0.1:${proxy}${path}`
  return `
${bold('Open')}
  http://catalog.shop.localhost:${proxy}/products
  http://orders.shop.localhost:${proxy}/orders/1042   ${dim('(asks who you are: sign in as ann, ben or mia)')}
  http://orders.shop.localhost:${proxy}/.iap/me   ${dim('(who you are by now)')}
  http://127.0.0.1:${admin}/metrics

${bold('Paste')}
  ${dim('# anyone sees the catalogue')}
  ${cyan(`curl -i ${at('catalog', '/products')}`)}
  ${dim('# nobody without a token sees an order')}
  ${cyan(`curl -i ${at('orders', '/orders/1042')}`)}
  ${dim('# ann of support does')}
  ${cyan(`curl -i ${token('ann')} ${at('orders', '/orders/1042')}`)}
  ${dim('# but not in the archive; the answer says why')}
  ${cyan(`curl -i ${token('ann')} ${at('orders', '/orders/7')}`)}
  ${dim('# mia, a manager of level 4, refunds')}
  ${cyan(`curl -i -X POST -H 'x-refund-reason: arrived broken' ${token('mia')} ${at('orders', '/orders/1042/refund')}`)}
  ${dim('# ben is a trainee, and refused')}
  ${cyan(`curl -i ${token('ben')} ${at('orders', '/orders/1042')}`)}

${bold('Edit')}
  examples/shop/policies/orders.iap: say something else after ${cyan('because')}, save, and ask for order 7 again.
  Then let trainees be support, in identity.iap: ${cyan('… || "trainees" in caller.groups')}
  ${dim('A test in orders.test.iap says that trainees read nothing: change it too, and ask as ben again.')}

press ctrl-c to stop. Decisions:
`
}

function watchPolicies(folder, changed) {
  let running = Promise.resolve()
  let timer
  // Editors write other files beside those that they save.
  const watcher = watch(folder, {
    ignoreInitial: true,
    ignored: (path, stats) => stats?.isFile() === true && !path.endsWith('.iap'),
  })
  watcher.on('all', () => {
    clearTimeout(timer)
    // An editor writes in several steps; what it leaves is what counts.
    timer = setTimeout(() => {
      running = running.then(changed)
    }, 100)
  })
  return watcher
}
