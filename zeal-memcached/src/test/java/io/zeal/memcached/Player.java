package io.zeal.memcached;

import io.zeal.MaxBytes;
import io.zeal.Schema;
import java.lang.invoke.MethodHandles;

/** A row. */
record Player(@MaxBytes(64) String name, long score) {

  static final Schema<Player> SCHEMA = Schema.of(Player.class, MethodHandles.lookup());

  static Player of(long score) {
    return new Player("p", score);
  }
}
