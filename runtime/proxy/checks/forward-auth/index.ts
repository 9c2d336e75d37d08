export { createForwardAuthServer, type ForwardAuthOptions } from './forward-auth-server.ts'
