package io.zeal.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random calls on a tier, and what a tier may say after them. */
final class FileTierModel {

  static final int KEYS = 12;
  private static final int MARKS = 3;

  private final Random random;
  private final Map<String, String> values = new HashMap<>();
  private final Map<String, FileTier.Mark> marks = new HashMap<>();
  private int calls;

  // A call that did not return may have happened or not.
  private @Nullable String pendingKey;
  private @Nullable String pendingValue;
  private @Nullable String pendingMark;
  private FileTier.@Nullable Mark pendingNumbers;
  private boolean pendingClear;

  FileTierModel(long seed) {
    this.random = new Random(seed);
  }

  Random random() {
    return random;
  }

  void steps(FileTier tier, int count) {
    for (int i = 0; i < count; i++) {
      step(tier);
    }
  }

  /** One call. What it throws goes through, and it counts as one that did not return. */
  void step(FileTier tier) {
    int choice = random.nextInt(100);
    var key = "key" + random.nextInt(KEYS);
    if (choice < 65) {
      put(tier, key, randomValue());
    } else if (choice < 88) {
      remove(tier, key);
    } else if (choice < 96) {
      mark(tier, "mark" + random.nextInt(MARKS));
    } else if (choice < 98) {
      unmark(tier, "mark" + random.nextInt(MARKS));
    } else if (choice < 99) {
      tier.sweep();
    } else {
      clear(tier);
    }
  }

  private String randomValue() {
    return "value " + calls++ + " " + "x".repeat(random.nextInt(60));
  }

  void put(FileTier tier, String key, String value) {
    pendingKey = key;
    pendingValue = value;
    try {
      tier.put(key, value.getBytes(UTF_8), 0);
      values.put(key, value);
      pendingKey = null;
    } catch (FileTierException e) {
      if (e.reason() != FileTierException.Reason.UNUSABLE) {
        // It says that nothing was changed.
        pendingKey = null;
      }
      throw e;
    }
  }

  void remove(FileTier tier, String key) {
    pendingKey = key;
    pendingValue = null;
    tier.remove(key);
    values.remove(key);
    pendingKey = null;
  }

  private void mark(FileTier tier, String name) {
    pendingMark = name;
    pendingNumbers = new FileTier.Mark(calls++, random.nextLong());
    tier.mark(name, pendingNumbers.first(), pendingNumbers.second());
    marks.put(name, pendingNumbers);
    pendingMark = null;
  }

  private void unmark(FileTier tier, String name) {
    pendingMark = name;
    pendingNumbers = null;
    tier.unmark(name);
    marks.remove(name);
    pendingMark = null;
  }

  private void clear(FileTier tier) {
    pendingClear = true;
    tier.clear();
    values.clear();
    marks.clear();
    pendingClear = false;
  }

  /** Everything is there, and nothing else; the call that did not return happened or not. */
  void checkExact(FileTier tier) {
    if (pendingClear && tier.count() == 0) {
      values.clear();
      marks.clear();
    }
    for (int i = 0; i < KEYS; i++) {
      var key = "key" + i;
      var found = get(tier, key);
      if (!(key.equals(pendingKey) && Objects.equals(found, pendingValue))) {
        assertThat(found).as(key).isEqualTo(values.get(key));
      }
    }
    for (int i = 0; i < MARKS; i++) {
      var name = "mark" + i;
      var found = tier.marks().get(name);
      if (!(name.equals(pendingMark) && Objects.equals(found, pendingNumbers))) {
        assertThat(found).as(name).isEqualTo(marks.get(name));
      }
    }
  }

  /** What is there is the latest; but anything may be missing. Returns how much is there. */
  int checkNothingOld(FileTier tier) {
    int there = 0;
    for (int i = 0; i < KEYS; i++) {
      var key = "key" + i;
      var found = get(tier, key);
      if (found != null) {
        there++;
        if (!(key.equals(pendingKey) && found.equals(pendingValue))) {
          assertThat(found).as(key).isEqualTo(values.get(key));
        }
      }
    }
    tier.marks()
        .forEach((name, found) -> {
          if (!(name.equals(pendingMark) && found.equals(pendingNumbers))) {
            assertThat(found).as(name).isEqualTo(marks.get(name));
          }
        });
    return there;
  }

  /** A call failed: what it was about may be either from now on, so what is there now counts. */
  void give(FileTier tier) {
    if (pendingKey != null) {
      tier.remove(pendingKey);
      values.remove(pendingKey);
    }
    if (pendingMark != null) {
      tier.unmark(pendingMark);
      marks.remove(pendingMark);
    }
    if (pendingClear) {
      clear(tier);
    }
    pendingKey = null;
    pendingMark = null;
  }

  /** From now on, what is there now is what was put, and no call is under way. */
  void settle(FileTier tier) {
    pendingKey = null;
    pendingMark = null;
    pendingClear = false;
    values.clear();
    for (int i = 0; i < KEYS; i++) {
      var found = get(tier, "key" + i);
      if (found != null) {
        values.put("key" + i, found);
      }
    }
    marks.clear();
    marks.putAll(tier.marks());
  }

  static @Nullable String get(FileTier tier, String key) {
    return tier.get(key).map(stored -> new String(stored.bytes(), UTF_8)).orElse(null);
  }
}
