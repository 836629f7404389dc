const polynomial = 0x82f63b78;

const tableOf = (): Uint32Array =>
  Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    return value >>> 0;
  });

/** The CRC-32C (Castagnoli) checksum of bytes, as a function that keeps its table. Source: RFC 3720, appendix B.4. */
export const createCrc32c = (): ((bytes: Uint8Array) => number) => {
  const table = tableOf();
  return (bytes) => {
    let crc = 0xffffffff;
    for (const byte of bytes) crc = table[(crc ^ byte) & 0xff] ^ (crc >>> 8);
    return (crc ^ 0xffffffff) >>> 0;
  };
};
