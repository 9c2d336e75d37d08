export { ListenerTls } from './listener-tls.ts'
export { openListenerTls } from './open-listener-tls.ts'
export { isMisdirected, type TlsConnection, tlsConnectionOf } from './tls-connection.ts'
export { TlsFiles, type TlsFilesOptions } from './tls-files.ts'
