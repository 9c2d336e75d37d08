import { nginxStand } from '../tests/fronts/nginx-example.ts'
import { startStand } from '../tests/fronts/stand.ts'
import { nginx as program } from '../tests/support/nginx.ts'
import { runFrontCases } from './support/run-front-cases.ts'
import type { Suite } from './support/suite.ts'

/** All cases of fronts through the nginx of this machine, with the configuration of `examples/fronts/nginx`. */
export const nginx: Suite = {
  summary: 'nginx of this machine, which asks by `auth_request`',
  async run(run) {
    if (program === null) throw new Error('this machine has no nginx with `auth_request`: apt-get install nginx')
    await runFrontCases(run, await startStand(run, nginxStand(run)))
  },
}
