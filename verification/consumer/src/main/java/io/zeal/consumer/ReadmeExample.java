package io.zeal.consumer;

import io.zeal.Counter;
import io.zeal.MaxBytes;
import io.zeal.Patch;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import java.time.Duration;

/** The first example of the README: a test compares the two. */
final class ReadmeExample {

  private ReadmeExample() {}

  record Player(@MaxBytes(64) String name, long score) {}

  static String run() {
    try (Zeal zeal = Zeal.open()) {
      Store<Player> players = zeal.store("players", Schema.of(Player.class));
      players.put("user_1", new Player("alice", 100));
      long score = players.increment("user_1", "score", 1); // atomic on every backend
      players.patch("user_1", Patch.set("name", "Alice")); // only this column
      String name = players.get("user_1").map(Player::name).orElse("nobody");

      StoreOptions expiring = StoreOptions.defaults().withTtl(Duration.ofMinutes(30));
      Store<Player> guests = zeal.store("guests", Schema.of(Player.class), expiring);
      guests.putIfAbsent("guest_7", new Player("bob", 0));

      Counter requests = zeal.counter("requests");
      requests.increment();
      return name + " has " + score;
    }
  }
}
