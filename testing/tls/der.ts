/** The few pieces of DER that are written by hand: a private key made from given bytes has no other way into Node. */
export const der = {
  sequence: (...parts: Buffer[]): Buffer => tagged(0x30, Buffer.concat(parts)),
  integer: (value: number): Buffer => tagged(0x02, Buffer.from([value])),
  octets: (content: Buffer): Buffer => tagged(0x04, content),
  /** A BIT STRING of whole bytes. */
  bits: (content: Buffer): Buffer => tagged(0x03, Buffer.concat([Buffer.from([0]), content])),
  /** An element with the context-specific tag `[number]`. */
  context: (number: number, content: Buffer): Buffer => tagged(0xa0 + number, content),
};

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length > 0xffff) {
    throw new Error(`a DER element of ${length} bytes is longer than any key written here`);
  }
  const short = length < 0x80;
  const header = short ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), content]);
}
