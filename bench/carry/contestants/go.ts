import { join } from 'node:path'
import type { Contestant } from '../contestant.ts'
import { AUDIENCE } from '../stage.ts'

function reverseProxy(name: string, mode: 'bare' | 'oidc', does: string): Contestant {
  return {
    name,
    does,
    bare: mode === 'bare',
    http2: false,
    async start(stage) {
      const port = await stage.freePort()
      const words = [mode, `127.0.0.1:${port}`, `http://127.0.0.1:${stage.service}`, stage.issuer, AUDIENCE]
      return { port, processes: [await stage.run(name, port, join(stage.peers, 'go/carry'), words)] }
    },
  }
}

export const goBare = reverseProxy('Go httputil', 'bare', 'nothing')
export const goOidc = reverseProxy('Go httputil, go-oidc', 'oidc', 'verifies each time')
