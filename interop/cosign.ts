import { spawnSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { startRegistry } from '../tests/support/registry.ts'
import { iap } from './support/build.ts'
import { goInstall } from './support/go-install.ts'
import { root } from './support/root.ts'
import type { Suite } from './support/suite.ts'

const VERSION = 'v2.6.1'

export const cosign: Suite = {
  summary:
    'cosign, which verifies the attestations that `iap push` writes (needs docker-registry, and go if cosign is not on PATH)',
  async run(run) {
    const isThere = spawnSync('cosign', ['version']).status === 0
    const [program = 'cosign'] = isThere ? [] : await goInstall(run, ['github.com/sigstore/cosign/v2/cmd/cosign'], VERSION)
    const registry = await startRegistry()
    run.defer(() => registry.close())
    cpSync(`${root}cli/templates/default`, run.scratch, { recursive: true })
    const execute = async (command: string, words: readonly string[]) => {
      const { code, output } = await run.exec(command, words)
      if (code !== 0) throw new Error(`${command} ${words.join(' ')} ended with exit code ${code}: ${output}`)
      return output
    }
    const use = (...words: string[]) => execute(process.execPath, [iap, ...words])
    await use('keygen', '-o', 'ed25519.jwk', '--public', 'ed25519.pem')
    await use('build', 'policies', '-o', 'policy.iapb', '--sign', 'ed25519.jwk', '--sequence', '1')
    await execute('openssl', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'p256.key'])
    await execute('openssl', ['pkey', '-in', 'p256.key', '-pubout', '-out', 'p256.pem'])
    await execute('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', 'other.key'])
    await execute('openssl', ['pkey', '-in', 'other.key', '-pubout', '-out', 'other.pem'])

    const target = `${registry.host}/shop/policies:production`
    const verify = (key: string, type = 'slsaprovenance1') =>
      run.exec(program, [
        ...['verify-attestation', '--key', join(run.scratch, key), '--type', type],
        ...['--insecure-ignore-tlog=true', '--allow-http-registry', target],
      ])
    for (const [name, key] of [
      ['Ed25519', 'ed25519.jwk'],
      ['P-256', 'p256.key'],
    ] as const)
      await run.check(`an attestation by ${name} is verified`, async () => {
        await use('push', 'policy.iapb', `oci://${target}`, '--attest', key, '--builder', 'https://ci.example/shop')
        const { code, output } = await verify(key.replace(/\..*/, '.pem'))
        if (code !== 0) throw new Error(output)
        const { payload } = JSON.parse(output.slice(output.indexOf('{"payload')).split('\n')[0] ?? '')
        const { predicate } = JSON.parse(Buffer.from(payload, 'base64').toString())
        if (predicate.runDetails.builder.id !== 'https://ci.example/shop') throw new Error(JSON.stringify(predicate))
      })
    await run.check('the key of somebody else verifies nothing', async () => {
      const { code, output } = await verify('other.pem')
      if (code === 0) throw new Error(output)
    })
    await run.check('it is no attestation of another type', async () => {
      const { code, output } = await verify('ed25519.pem', 'spdxjson')
      if (code === 0) throw new Error(output)
    })
  },
}
