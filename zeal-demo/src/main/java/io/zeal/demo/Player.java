package io.zeal.demo;

import io.zeal.MaxBytes;
import io.zeal.Schema;

/** The row of every store the page makes. */
record Player(@MaxBytes(64) String name, long score, int level, double rating, boolean online) {

  static final Schema<Player> SCHEMA = Schema.of(Player.class);

  static final Player NOBODY = new Player("", 0, 1, 0, false);
}
