package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Cache;
import io.zeal.ValueType;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** K8: what was invalidated stays so over a restart, whoever else invalidates, whatever is lost. */
@Timeout(120)
class LocalInvalidationTest {

  private static final ValueType<String> TEXT = ValueType.of(String.class);

  @TempDir Path directory;

  private Zeal open(String setting, String value) {
    return Zeal.open(
        ZealConfig.builder()
            .set("zeal.backend", "table")
            .set("zeal.cache.directory", directory.resolve("cache").toString())
            .set(setting, value)
            .build());
  }

  /** The number that a life begins with was the same for every life, and no stamp was above it. */
  @Test
  void aDamagedStampDoesNotBringBackWhatItEnded() throws Exception { // K8.4
    try (Zeal zeal = open("zeal.cache.file-bytes", "1m")) {
      zeal.cache("users"); // a first life
    }
    try (Zeal zeal = open("zeal.cache.file-bytes", "1m")) {
      Cache cache = zeal.cache("users");
      cache.removeTag("red");
      cache.put("k", "old", TEXT, cache.options().withTags("red"));
      cache.removeTag("red");
      assertThat(cache.get("k", TEXT).isHit()).isFalse();
    }
    flipTheLastByte(directory.resolve("cache/n-users/0000000000000001.log"));
    try (Zeal zeal = open("zeal.cache.file-bytes", "1m")) {
      Cache cache = zeal.cache("users");
      assertThat(cache.get("k", TEXT).isHit()).isFalse();
      cache.put("k", "new", String.class);
    }
    try (Zeal zeal = open("zeal.cache.file-bytes", "1m")) {
      assertThat(zeal.cache("users").get("k", TEXT).toOptional())
          .as("damage that was met once costs nothing again")
          .contains("new");
    }
  }

  /** Of the last record, which is the stamp's number. */
  private static void flipTheLastByte(Path log) throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
      long at = file.length() - 1;
      file.seek(at);
      int last = file.read();
      file.seek(at);
      file.write(last ^ 1);
    }
  }

  @Test
  void clearsAtTheSameTimeLeaveOneEpoch() throws Exception { // K8.1, K8.2
    int caches = 150;
    try (Zeal zeal = open("zeal.cache.entries", "16");
        var threads = Executors.newFixedThreadPool(4)) {
      for (int round = 0; round < caches; round++) {
        Cache cache = zeal.cache("c" + round);
        CyclicBarrier barrier = new CyclicBarrier(4);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          all.add(
              threads.submit(() -> {
                barrier.await();
                cache.clear();
                return 0;
              }));
        }
        for (Future<?> one : all) {
          one.get();
        }
        cache.put("k", "v", String.class);
        assertThat(cache.get("k", TEXT).isHit()).isTrue();
      }
    }
    int lost = 0;
    try (Zeal zeal = open("zeal.cache.entries", "16")) {
      for (int round = 0; round < caches; round++) {
        lost += zeal.cache("c" + round).get("k", TEXT).isHit() ? 0 : 1;
      }
    }
    assertThat(lost).as("caches of which what was put is gone after a restart").isZero();
  }

  @Test
  void aFloorKeepsStampsThatAreNewer() throws Exception { // K8.2
    int back = 0;
    for (int round = 0; round < 40 && back == 0; round++) {
      String name = "f" + round;
      int tags = 120;
      try (Zeal zeal = open("zeal.cache.file-bytes", "1m")) {
        Cache cache = zeal.cache(name);
        for (int i = 0; i < tags; i++) {
          cache.removeTag("b" + i);
        }
        AtomicBoolean stop = new AtomicBoolean();
        Thread other = Thread.ofPlatform().start(() -> putAndEnd(cache, tags, stop));
        for (int i = 0; i < 90; i++) {
          cache.removeTag("fresh" + i); // no room for all of them: one floor
        }
        stop.set(true);
        other.join();
      }
      try (Zeal zeal = open("zeal.cache.file-bytes", "1m")) {
        Cache cache = zeal.cache(name);
        for (int i = 0; i < tags; i++) {
          back += cache.get("k" + i, TEXT).isHit() ? 1 : 0;
        }
      }
    }
    assertThat(back).as("entries that removeTag ended and a restart brought back").isZero();
  }

  private static void putAndEnd(Cache cache, int tags, AtomicBoolean stop) {
    for (int i = 0; !stop.get(); i = (i + 1) % tags) {
      cache.put("k" + i, "old", TEXT, cache.options().withTags("b" + i));
      cache.removeTag("b" + i);
    }
  }
}
