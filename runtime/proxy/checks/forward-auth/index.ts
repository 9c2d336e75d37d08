export { createForwardAuthServer } from './forward-auth-server.ts'
