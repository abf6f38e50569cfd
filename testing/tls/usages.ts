import { KeyUsageFlags } from "@peculiar/x509";

// The tls provider's names (terraform-provider-tls, internal/provider/types.go) in X.509's terms.
const KEY_USAGES: Readonly<Record<string, KeyUsageFlags>> = {
  digital_signature: KeyUsageFlags.digitalSignature,
  content_commitment: KeyUsageFlags.nonRepudiation,
  key_encipherment: KeyUsageFlags.keyEncipherment,
  data_encipherment: KeyUsageFlags.dataEncipherment,
  key_agreement: KeyUsageFlags.keyAgreement,
  cert_signing: KeyUsageFlags.keyCertSign,
  crl_signing: KeyUsageFlags.cRLSign,
  encipher_only: KeyUsageFlags.encipherOnly,
  decipher_only: KeyUsageFlags.decipherOnly,
};

const EXTENDED_KEY_USAGES: Readonly<Record<string, string>> = {
  any_extended: "2.5.29.37.0",
  server_auth: "1.3.6.1.5.5.7.3.1",
  client_auth: "1.3.6.1.5.5.7.3.2",
  code_signing: "1.3.6.1.5.5.7.3.3",
  email_protection: "1.3.6.1.5.5.7.3.4",
  ipsec_end_system: "1.3.6.1.5.5.7.3.5",
  ipsec_tunnel: "1.3.6.1.5.5.7.3.6",
  ipsec_user: "1.3.6.1.5.5.7.3.7",
  timestamping: "1.3.6.1.5.5.7.3.8",
  ocsp_signing: "1.3.6.1.5.5.7.3.9",
  microsoft_server_gated_crypto: "1.3.6.1.4.1.311.10.3.3",
  netscape_server_gated_crypto: "2.16.840.1.113730.4.1",
  microsoft_commercial_code_signing: "1.3.6.1.4.1.311.2.1.22",
  microsoft_kernel_code_signing: "1.3.6.1.4.1.311.61.1.1",
};

/** Sorts the provider's `allowedUses` into X.509's two kinds; one that the provider does not know is refused. */
export function certificateUsages(allowedUses: readonly string[]): {
  keyUsage: KeyUsageFlags | undefined;
  extended: string[];
} {
  let bits = 0;
  const extended: string[] = [];
  for (const use of allowedUses) {
    const flag = KEY_USAGES[use];
    const oid = EXTENDED_KEY_USAGES[use];
    if (flag !== undefined) {
      bits |= flag;
    } else if (oid !== undefined) {
      extended.push(oid);
    } else {
      const known = [...Object.keys(KEY_USAGES), ...Object.keys(EXTENDED_KEY_USAGES)].join(", ");
      throw new Error(`allowedUses must be among ${known}; one is ${JSON.stringify(use)}`);
    }
  }
  // Flags add up to a number that the library takes for its enum.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment, @typescript-eslint/no-unnecessary-type-assertion
  return { keyUsage: bits === 0 ? undefined : (bits as KeyUsageFlags), extended };
}
