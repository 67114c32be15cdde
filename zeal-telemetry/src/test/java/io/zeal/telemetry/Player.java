package io.zeal.telemetry;

import io.zeal.MaxBytes;
import io.zeal.Schema;
import java.lang.invoke.MethodHandles;

record Player(@MaxBytes(64) String name, long score) {

  static final Schema<Player> SCHEMA = Schema.of(Player.class, MethodHandles.lookup());
}
