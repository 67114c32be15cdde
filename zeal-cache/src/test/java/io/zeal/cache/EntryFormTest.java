package io.zeal.cache;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.cache.Entry.Kind;
import io.zeal.cache.EntryForm.Decoded;
import io.zeal.cache.EntryForm.Reason;
import io.zeal.cache.EntryForm.Unreadable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntryFormTest {

  private static final long CREATED = 1_767_225_600_000L; // 2026-01-01
  private static final long EPOCH = 0x0123_4567_89ab_cdefL;
  private static final byte[] PAYLOAD = "hello, Zürich".getBytes(StandardCharsets.UTF_8);

  /**
   * What each golden file holds. Files are added and never changed: servers and disks have them.
   */
  private static final Map<String, Entry> GOLDEN =
      Map.of(
          "v1-value",
          new Entry(Kind.VALUE, false, 2, CREATED, 0, EPOCH, 0, List.of(), null, PAYLOAD),
          "v1-value-empty",
          new Entry(Kind.VALUE, false, 1, CREATED, 0, EPOCH, 1, List.of(), null, Entry.NOTHING),
          "v1-value-expiring-tagged",
          new Entry(
              Kind.VALUE,
              true,
              255,
              CREATED,
              60_000,
              -EPOCH,
              Long.MAX_VALUE,
              List.of(TagHash.of("team:7"), TagHash.of("Zürich")),
              null,
              PAYLOAD),
          "v1-value-hashed-key",
          new Entry(
              Kind.VALUE, true, 2, CREATED, 0, EPOCH, 7, List.of(), "ключ ".repeat(20), PAYLOAD),
          "v1-null",
          new Entry(
              Kind.NULL,
              true,
              0,
              CREATED,
              1,
              EPOCH,
              7,
              List.of(TagHash.of("team:7")),
              null,
              Entry.NOTHING),
          "v1-tombstone",
          new Entry(Kind.TOMBSTONE, true, 0, CREATED, 0, EPOCH, 7, List.of(), null, Entry.NOTHING));

  static Stream<String> golden() {
    return GOLDEN.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("golden")
  void whatAnEarlierReleaseWroteIsRead(String name) throws IOException {
    assertSame(EntryForm.decode(bytes(name)), GOLDEN.get(name));
  }

  @ParameterizedTest
  @MethodSource("golden")
  void whatIsWrittenEarlierReleasesRead(String name) throws IOException {
    assertThat(hex(EntryForm.encode(GOLDEN.get(name)))).isEqualTo(hex(bytes(name)));
  }

  @Test
  void everyKindAndFlagRoundTrips() {
    for (Kind kind : Kind.values()) {
      for (boolean expires : new boolean[] {false, true}) {
        for (String original : Arrays.asList(null, "x".repeat(1000))) {
          for (List<TagHash> tags : List.of(List.<TagHash>of(), List.of(TagHash.of("a")))) {
            int codec = kind == Kind.VALUE ? 64 : 0;
            byte[] payload = kind == Kind.VALUE ? new byte[70_000] : Entry.NOTHING;
            Entry entry =
                new Entry(
                    kind,
                    expires,
                    codec,
                    Long.MAX_VALUE,
                    Long.MAX_VALUE,
                    -1,
                    0,
                    tags,
                    original,
                    payload);
            assertSame(EntryForm.decode(EntryForm.encode(entry)), entry);
          }
        }
      }
    }
  }

  @Test
  void aClockBeforeNineteenSeventyMakesNoEntryUnreadable() {
    Entry entry = new Entry(Kind.NULL, false, 0, -5, 0, 0, 0, List.of(), null, Entry.NOTHING);

    assertThat(EntryForm.decode(EntryForm.encode(entry)))
        .isInstanceOfSatisfying(Entry.class, it -> assertThat(it.createdMillis()).isZero());
  }

  @ParameterizedTest
  @MethodSource("golden")
  void everySingleChangedBitIsFound(String name) throws IOException {
    byte[] bytes = bytes(name);
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] changed = bytes.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(EntryForm.decode(changed)).as("bit %s", bit).isInstanceOf(Unreadable.class);
    }
  }

  @ParameterizedTest
  @MethodSource("golden")
  void everyPartOfAnEntryIsDamaged(String name) throws IOException {
    byte[] bytes = bytes(name);
    for (int length = 1; length < bytes.length; length++) {
      assertThat(EntryForm.decode(Arrays.copyOf(bytes, length)))
          .as("the first %s bytes", length)
          .isEqualTo(new Unreadable(Reason.DAMAGED));
    }
    assertThat(EntryForm.decode(Arrays.copyOf(bytes, bytes.length + 1)))
        .isEqualTo(new Unreadable(Reason.DAMAGED));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 127, 128, 255})
  void aLaterVersionIsTooNewWhateverFollows(int version) throws IOException {
    byte[] bytes = bytes("v1-value");
    bytes[1] = (byte) version;

    assertThat(EntryForm.decode(bytes)).isEqualTo(new Unreadable(Reason.TOO_NEW));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 6, 7})
  void aFlagThatIsNotKnownIsTooNew(int bit) throws IOException {
    byte[] bytes = bytes("v1-value");
    bytes[2] |= (byte) (1 << bit);

    assertThat(EntryForm.decode(sealed(bytes))).isEqualTo(new Unreadable(Reason.TOO_NEW));
  }

  @Test
  void otherBytesAreForeign() {
    for (String foreign : List.of("", "{\"name\":\"x\"}", "\0".repeat(100), "hello")) {
      assertThat(EntryForm.decode(foreign.getBytes(StandardCharsets.UTF_8)))
          .isEqualTo(new Unreadable(Reason.FOREIGN));
    }
  }

  @Test
  void versionZeroIsDamaged() throws IOException {
    byte[] bytes = bytes("v1-value");
    bytes[1] = 0;

    assertThat(EntryForm.decode(sealed(bytes))).isEqualTo(new Unreadable(Reason.DAMAGED));
  }

  @Test
  void whatContradictsItselfIsDamagedAlthoughItsChecksumIsRight() throws IOException {
    byte[] both = bytes("v1-null");
    both[2] |= 2;
    byte[] valueWithoutCodec = bytes("v1-value");
    valueWithoutCodec[3] = 0;
    byte[] nullWithCodec = bytes("v1-null");
    nullWithCodec[3] = 2;
    byte[] nullWithPayload = bytes("v1-value");
    nullWithPayload[2] |= 1;
    nullWithPayload[3] = 0;

    for (byte[] bytes : List.of(both, valueWithoutCodec, nullWithCodec, nullWithPayload)) {
      assertThat(EntryForm.decode(sealed(bytes))).isEqualTo(new Unreadable(Reason.DAMAGED));
    }
  }

  /** Lengths out of the air must neither throw nor take memory. */
  @Test
  void noiseIsNeverAnEntryAndNeverThrows() {
    Random random = new Random(42);
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = new byte[random.nextInt(7, 80)];
      random.nextBytes(bytes);
      bytes[0] = 'Z';
      bytes[1] = 1;
      bytes[2] &= 15;
      Decoded decoded = i % 2 == 0 ? EntryForm.decode(sealed(bytes)) : EntryForm.decodeOwn(bytes);
      if (decoded
          instanceof Entry entry) { // the checksum was right or not looked at: then it is one
        assertSame(EntryForm.decode(EntryForm.encode(entry)), entry);
      }
    }
  }

  private static byte[] sealed(byte[] bytes) {
    int end = bytes.length - 4;
    byte[] checksum = new Packer(4).fixed(Unpacker.checksum(bytes, end), 4).toBytes();
    byte[] sealed = bytes.clone();
    System.arraycopy(checksum, 0, sealed, end, 4);
    return sealed;
  }

  private static void assertSame(Decoded found, Entry expected) {
    assertThat(found)
        .isInstanceOfSatisfying(
            Entry.class,
            entry -> {
              assertThat(entry.payload()).isEqualTo(expected.payload());
              assertThat(withoutPayload(entry)).isEqualTo(withoutPayload(expected));
            });
  }

  private static Entry withoutPayload(Entry entry) {
    return new Entry(
        entry.kind(),
        entry.expires(),
        entry.codec(),
        entry.createdMillis(),
        entry.maxStaleMillis(),
        entry.epoch(),
        entry.number(),
        entry.tags(),
        entry.original(),
        Entry.NOTHING);
  }

  /** Hexadecimal, blanks and line ends do not count, what follows a # is for people. */
  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = EntryFormTest.class.getResourceAsStream("entries/" + name + ".hex")) {
      assertThat(in).as("%s.hex", name).isNotNull();
      return HexFormat.of()
          .parseHex(
              new String(in.readAllBytes(), StandardCharsets.UTF_8)
                  .lines()
                  .map(line -> line.replaceFirst("#.*", "").replaceAll("\\s", ""))
                  .collect(joining()));
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.ofDelimiter(" ").formatHex(bytes);
  }
}
