import type { Contestant } from '../contestant.ts'
import { envoy } from './envoy.ts'
import { goBare, goOidc } from './go.ts'
import { nginx, nginxAuthRequest, nginxLua } from './nginx.ts'
import { caddy, haproxy, oathkeeper, oauth2Proxy } from './others.ts'
import { ours, oursAllWays, oursChained, oursHttp2 } from './ours.ts'

/** In the order in which they are told. */
export const CONTESTANTS: readonly Contestant[] = [
  ours,
  oursChained,
  oursHttp2,
  oursAllWays,
  nginxAuthRequest,
  nginxLua,
  nginx,
  goOidc,
  goBare,
  oauth2Proxy,
  oathkeeper,
  envoy,
  caddy,
  haproxy,
]
