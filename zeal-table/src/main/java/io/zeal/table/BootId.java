package io.zeal.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Which start of the system this is, so far as it says. */
final class BootId {

  private static final Path FILE = Path.of("/proc/sys/kernel/random/boot_id");

  private BootId() {}

  /** The same number until the system is started anew; 0 where nobody says it. */
  static long current() {
    try {
      UUID id = UUID.fromString(Files.readString(FILE).strip());
      return id.getMostSignificantBits() ^ id.getLeastSignificantBits();
    } catch (IOException | IllegalArgumentException e) {
      return 0;
    }
  }
}
