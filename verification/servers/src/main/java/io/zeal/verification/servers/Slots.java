package io.zeal.verification.servers;

import java.nio.charset.StandardCharsets;

/** Which slot of a cluster a key belongs to, as the cluster specification has it. */
final class Slots {

  static final int COUNT = 16_384;

  private static final int POLYNOMIAL = 0x1021;

  static int of(String key) {
    return crc16(tag(key).getBytes(StandardCharsets.UTF_8)) % COUNT;
  }

  /** What stands between the first brace and the next closing one; the whole key without that. */
  private static String tag(String key) {
    int open = key.indexOf('{');
    int close = key.indexOf('}', open + 1);
    return open >= 0 && close > open + 1 ? key.substring(open + 1, close) : key;
  }

  /** CRC-16/XMODEM. */
  private static int crc16(byte[] bytes) {
    int crc = 0;
    for (byte b : bytes) {
      crc ^= (b & 0xff) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ POLYNOMIAL;
      }
    }
    return crc & 0xffff;
  }

  private Slots() {}
}
