package io.zeal.proofs.cache;

import java.util.ArrayList;
import java.util.List;

/**
 * Keys, their tags and their values: everything follows from names and versions, so that whoever
 * checks knows what whoever wrote did.
 *
 * @param threads each of which has keys that it alone changes
 * @param own how many each has
 * @param shared how many all have
 */
record Keyspace(int threads, int own, int shared) {

  /** Versions with this life are gone after a restart. */
  static final long SHORT_LIFE_MILLIS = 120;

  private static final int TAGS = 4;
  private static final String LARGE = "x".repeat(12_000);

  List<String> all() {
    List<String> keys = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      for (int i = 0; i < own; i++) {
        keys.add(own(thread, i));
      }
    }
    for (int i = 0; i < shared; i++) {
      keys.add(shared(i));
    }
    return keys;
  }

  static String own(int thread, int i) {
    return "own-" + thread + "-" + i;
  }

  static String shared(int i) {
    return "shared-" + i;
  }

  static List<String> tags() {
    List<String> tags = new ArrayList<>();
    for (int i = 0; i < TAGS; i++) {
      tags.add(tag(i));
    }
    return tags;
  }

  private static String tag(int i) {
    return "tag-" + i;
  }

  /** None, one or two. */
  static List<String> tagsOf(String key) {
    int hash = Math.floorMod(key.hashCode() * 31, 3 * TAGS);
    return switch (hash % 3) {
      case 0 -> List.of();
      case 1 -> List.of(tag(hash / 3));
      default -> List.of(tag(hash / 3), tag((hash / 3 + 1) % TAGS));
    };
  }

  static boolean isShortLived(long version) {
    return version % 7 == 3;
  }

  static boolean isLong(long version) {
    return version % 5 == 1;
  }

  /** One in sixteen is longer than memory takes. */
  static String value(String key, long version) {
    String head = key + "#" + version + "#";
    return version % 16 == 5
        ? head + LARGE
        : head + "y".repeat((int) Math.floorMod(version * 7_919, 300L));
  }

  /** The version of a value; -1 if nobody ever put it under the key. */
  static long version(String key, String value) {
    String[] parts = value.split("#", 3);
    if (parts.length != 3 || !parts[0].equals(key)) {
      return -1;
    }
    try {
      long version = Long.parseLong(parts[1]);
      return version > 0 && value.equals(value(key, version)) ? version : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
