package io.zeal.redis;

/** The 16,384 slots of a cluster: which one a key is in. */
final class Slots {

  static final int COUNT = 16_384;

  private static final int[] TABLE = table();

  private Slots() {}

  /** CRC-16/XMODEM of the hash tag, or of the whole key if it has none (cluster specification). */
  static int of(byte[] key) {
    int from = 0;
    int to = key.length;
    int open = indexOf(key, '{', 0);
    if (open >= 0) {
      int close = indexOf(key, '}', open + 1);
      if (close > open + 1) {
        from = open + 1;
        to = close;
      }
    }
    int crc = 0;
    for (int i = from; i < to; i++) {
      crc = (crc << 8) ^ TABLE[((crc >>> 8) ^ key[i]) & 0xff];
    }
    return crc & (COUNT - 1);
  }

  private static int indexOf(byte[] bytes, char wanted, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  private static int[] table() {
    int[] table = new int[256];
    for (int i = 0; i < table.length; i++) {
      int crc = i << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
      }
      table[i] = crc & 0xffff;
    }
    return table;
  }
}
