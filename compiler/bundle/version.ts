/** Who compiled a bundle, as its manifest says; the version is the package's. */
export const COMPILER = 'iap-proxy/0.1.0'
