package io.zeal.cache;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Files that were written once, byte by byte as {@code docs/cache-files.md} has them. */
class FileTierFormatTest {

  private static final String SEGMENT = "0000000000000001.log";

  @Test
  void filesOfTheFirstFormatAreRead() throws IOException {
    var files = new MemoryFiles();
    files.overwrite(LogState.NAME, bytes(LogState.NAME));
    files.overwrite(SEGMENT, bytes(SEGMENT));

    var tier = new FileTierFixture().open(files);

    assertThat(tier.note()).isEmpty();
    assertThat(tier.keys()).containsExactlyInAnyOrder("user:1", "user:2", "ä");
    assertThat(FileTierModel.get(tier, "user:1")).isEqualTo("uno");
    assertThat(FileTierModel.get(tier, "user:2")).isEqualTo("two");
    assertThat(FileTierModel.get(tier, "ä")).isEmpty();
    assertThat(tier.get("user:2").orElseThrow().expireAtMillis()).isEqualTo(2_000_000);
    assertThat(tier.get("user:2").orElseThrow().sequence()).isEqualTo(2);
    assertThat(tier.marks()).isEqualTo(Map.of("epoch", new FileTier.Mark(42, -7)));
  }

  @Test
  void filesOfALaterFormatAreNotGuessedAt() throws IOException {
    var files = new MemoryFiles();
    var state = bytes(LogState.NAME);
    LogBytes.putInt(state, 8, 2);
    LogBytes.putInt(state, 60, LogBytes.checksum(state, 0, 60));
    files.overwrite(LogState.NAME, state);
    files.overwrite(SEGMENT, bytes(SEGMENT));

    assertThat(new FileTierFixture().open(files).count()).isZero();
  }

  private static byte[] bytes(String name) throws IOException {
    try (var in = FileTierFormatTest.class.getResourceAsStream("files-1/" + name + ".hex")) {
      var text = new String(Objects.requireNonNull(in).readAllBytes(), US_ASCII);
      return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }
  }
}
