import type { Overload } from './builtin.ts'

/** Kubernetes' CEL libraries for addresses and ranges. An IPv4-mapped IPv6 address always counts as IPv4. */
export const NETWORK_BUILTINS = {
  'ip(string)': {
    signature: 'ip(string): ip',
    fails: true,
    doc: 'The address that the text spells, IPv4 (no leading zeros) or IPv6 without a zone.',
  },
  'cidr(string)': {
    signature: 'cidr(string): cidr',
    fails: true,
    doc:
      'The range that the text spells: an address, `/`, the length of the prefix in decimal. Of an IPv4-mapped ' +
      'address the length is from 96 on, and 96 less in IPv4.',
  },
  'ip(ip)': { signature: 'ip(ip): ip', fails: false, doc: 'The address.' },
  'cidr(cidr)': { signature: 'cidr(cidr): cidr', fails: false, doc: 'The range.' },
  isIP: { signature: 'isIP(string): bool', fails: false, doc: 'Whether the text spells an address.' },
  isCIDR: { signature: 'isCIDR(string): bool', fails: false, doc: 'Whether the text spells a range.' },
  'ip.isCanonical': {
    signature: 'ip.isCanonical(string): bool',
    fails: true,
    doc: 'Whether the text is the canonical spelling of the address; an error where it spells none.',
  },
  'ip.family': { signature: 'ip.family(): int', fails: false, doc: '4 or 6.' },
  'ip.isUnspecified': { signature: 'ip.isUnspecified(): bool', fails: false, doc: 'Whether it is 0.0.0.0 or ::.' },
  'ip.isLoopback': { signature: 'ip.isLoopback(): bool', fails: false, doc: 'Whether it is in 127.0.0.0/8 or is ::1.' },
  'ip.isLinkLocalMulticast': {
    signature: 'ip.isLinkLocalMulticast(): bool',
    fails: false,
    doc: 'Whether it is in 224.0.0.0/24 or ff02::/16 (any flags).',
  },
  'ip.isLinkLocalUnicast': {
    signature: 'ip.isLinkLocalUnicast(): bool',
    fails: false,
    doc: 'Whether it is in 169.254.0.0/16 or fe80::/10.',
  },
  'ip.isGlobalUnicast': {
    signature: 'ip.isGlobalUnicast(): bool',
    fails: false,
    doc: 'Whether it is neither unspecified, loopback, multicast, link-local unicast nor the IPv4 broadcast address.',
  },
  'cidr.containsIP(ip)': { signature: 'cidr.containsIP(ip): bool', fails: false, doc: 'Whether the address is in the range.' },
  'cidr.containsIP(string)': {
    signature: 'cidr.containsIP(string): bool',
    fails: true,
    doc: 'Whether the address that the text spells is in the range.',
  },
  'cidr.containsCIDR(cidr)': {
    signature: 'cidr.containsCIDR(cidr): bool',
    fails: false,
    doc: 'Whether the whole of the other range is in the range.',
  },
  'cidr.containsCIDR(string)': {
    signature: 'cidr.containsCIDR(string): bool',
    fails: true,
    doc: 'Whether the whole of the range that the text spells is in the range.',
  },
  'cidr.ip': { signature: 'cidr.ip(): ip', fails: false, doc: 'Its address, as written.' },
  'cidr.masked': { signature: 'cidr.masked(): cidr', fails: false, doc: 'The range with the bits behind the prefix as zeros.' },
  'cidr.prefixLength': { signature: 'cidr.prefixLength(): int', fails: false, doc: 'How many bits the prefix has.' },
} as const satisfies Record<string, Overload>
