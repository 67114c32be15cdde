package io.zeal.tiered;

/**
 * The hash by which a frame names a key: 64 bits, the same on every instance and in every release.
 * Two keys of one hash cost a refill, never more.
 */
final class KeyHash {

  private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;

  private KeyHash() {}

  static long of(String key) {
    long hash = key.length() * MULTIPLIER;
    for (int i = 0; i < key.length(); i++) {
      hash = (hash ^ key.charAt(i)) * MULTIPLIER;
      hash ^= hash >>> 29;
    }
    hash = (hash ^ (hash >>> 32)) * 0xbf58_476d_1ce4_e5b9L;
    return hash ^ (hash >>> 31);
  }
}
