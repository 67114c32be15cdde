package io.zeal.tck;

import io.zeal.MaxBytes;
import io.zeal.Schema;
import java.lang.invoke.MethodHandles;

/** A small row. */
record Player(@MaxBytes(16) String name, long score) {

  static final Schema<Player> SCHEMA = Schema.of(Player.class, MethodHandles.lookup());

  static final Player ALICE = new Player("alice", 100);
  static final Player BOB = new Player("bob", 7);
  static final Player ZERO = new Player("", 0);
}
