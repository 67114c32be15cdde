package io.zeal.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.tiered.Frame.Reason;
import io.zeal.tiered.Frame.Refused;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FrameTest {

  private static final byte[] CHANNEL = bytes("zeal:tiered:players");
  private static final UUID WRITER = new UUID(0x0102030405060708L, 0x090a0b0c0d0e0f10L);
  private static final UUID NONCE = new UUID(0x1112131415161718L, 0x191a1b1c1d1e1f20L);
  private static final Secrets FIRST = new Secrets(List.of(bytes("first secret 1234")));
  private static final Secrets SECOND = new Secrets(List.of(bytes("second secret 567")));
  private static final Secrets BOTH =
      new Secrets(List.of(bytes("second secret 567"), bytes("first secret 1234")));

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<Frame> frames() {
    return List.of(
        new Frame.Keys(WRITER, 5, 3, new long[] {KeyHash.of("a"), KeyHash.of("b")}),
        new Frame.Clear(WRITER, 6, 3),
        new Frame.Heartbeat(WRITER, NONCE));
  }

  private static Reason refusal(byte[] frame, byte[] channel, Secrets secrets) {
    return catchThrowableOfType(Refused.class, () -> Frame.read(frame, channel, secrets)).reason();
  }

  /** Other releases read these bytes: a change needs another version. */
  @Test
  void bytesOfEachKindAreWhatTheyWere() {
    List<String> hex =
        frames().stream()
            .map(frame -> HexFormat.of().formatHex(frame.bytes(CHANNEL, Secrets.none())))
            .toList();
    String writer = "0102030405060708090a0b0c0d0e0f10";

    assertThat(hex)
        .containsExactly(
            "0101"
                + writer
                + "000000000000000500000003"
                + "00000002"
                + HexFormat.of().toHexDigits(KeyHash.of("a"))
                + HexFormat.of().toHexDigits(KeyHash.of("b")),
            "0102" + writer + "000000000000000600000003",
            "0103" + writer + "0000000000000000" + "1112131415161718191a1b1c1d1e1f20");
  }

  @Test
  void hashOfAKeyIsWhatItWas() {
    assertThat(HexFormat.of().toHexDigits(KeyHash.of("user:42"))).isEqualTo("0f7a89a195dd4419");
    assertThat(HexFormat.of().toHexDigits(KeyHash.of("ключ"))).isEqualTo("42bd71b9c7700cf4");
  }

  @Test
  void whatIsWrittenIsRead() throws Refused {
    for (Secrets secrets : List.of(Secrets.none(), FIRST, BOTH)) {
      for (Frame frame : frames()) {
        Frame read = Frame.read(frame.bytes(CHANNEL, secrets), CHANNEL, secrets);

        assertThat(read).usingRecursiveComparison().isEqualTo(frame);
      }
    }
  }

  @Test
  void frameOfThePreviousSecretIsReadWhileBothAreKnown() throws Refused {
    byte[] old = frames().getFirst().bytes(CHANNEL, FIRST);

    assertThat(Frame.read(old, CHANNEL, BOTH).counter()).isEqualTo(5);
    assertThat(refusal(old, CHANNEL, SECOND)).isEqualTo(Reason.SIGNATURE);
    assertThat(refusal(frames().getFirst().bytes(CHANNEL, BOTH), CHANNEL, FIRST))
        .as("signed with the new one")
        .isEqualTo(Reason.SIGNATURE);
  }

  @Test
  void unsignedFrameIsRefusedByWhoeverHasASecretAndTheReverse() {
    Frame frame = frames().getFirst();

    assertThat(refusal(frame.bytes(CHANNEL, Secrets.none()), CHANNEL, FIRST))
        .isEqualTo(Reason.SIGNATURE);
    assertThat(refusal(frame.bytes(CHANNEL, FIRST), CHANNEL, Secrets.none()))
        .isEqualTo(Reason.SIGNATURE);
  }

  @Test
  void everyBitOfASignedFrameCounts() {
    for (Frame frame : frames()) {
      byte[] signed = frame.bytes(CHANNEL, FIRST);
      for (int bit = 0; bit < signed.length * 8; bit++) {
        byte[] changed = signed.clone();
        changed[bit / 8] ^= (byte) (1 << bit % 8);

        assertThat(catchThrowableOfType(Refused.class, () -> Frame.read(changed, CHANNEL, FIRST)))
            .as("bit %d of %s", bit, frame)
            .isNotNull();
      }
    }
  }

  @Test
  void frameOfAnotherChannelIsRefused() {
    byte[] signed = frames().getFirst().bytes(CHANNEL, FIRST);

    assertThat(refusal(signed, bytes("zeal:tiered:others"), FIRST)).isEqualTo(Reason.SIGNATURE);
  }

  @Test
  void whatIsNoFrameIsRefusedWhateverItIs() {
    Random random = new Random(1);
    for (Frame frame : frames()) {
      byte[] whole = frame.bytes(CHANNEL, Secrets.none());
      for (int length = 0; length < whole.length; length++) {
        assertThat(refusal(Arrays.copyOf(whole, length), CHANNEL, Secrets.none()))
            .isEqualTo(Reason.FORM);
      }
      assertThat(refusal(Arrays.copyOf(whole, whole.length + 1), CHANNEL, Secrets.none()))
          .isEqualTo(Reason.FORM);
    }
    for (int i = 0; i < 10_000; i++) {
      byte[] noise = new byte[random.nextInt(100)];
      random.nextBytes(noise);
      if (noise.length > 1) {
        noise[0] = (byte) (random.nextInt(4) | (random.nextInt(2) << 7));
        noise[1] = (byte) random.nextInt(5);
      }
      try {
        assertThat(Frame.read(noise, CHANNEL, Secrets.none())).isNotNull();
      } catch (Refused e) {
        assertThat(e.reason()).isNotNull();
      }
    }
  }

  @Test
  void numberOfKeysThatIsNotThereIsRefused() {
    byte[] frame = frames().getFirst().bytes(CHANNEL, Secrets.none());
    Arrays.fill(frame, Frame.HEADER_BYTES + 4, Frame.HEADER_BYTES + 8, (byte) 0x7f);

    assertThat(refusal(frame, CHANNEL, Secrets.none())).isEqualTo(Reason.FORM);
  }

  @Test
  void secretsAreNotShown() {
    assertThat(BOTH.toString()).doesNotContain("secret 1").contains("2");
  }

  @Test
  void heartbeatOfAnotherIsKnownWithoutItsSignature() {
    UUID other = new UUID(7, 8);
    byte[] heartbeat = new Frame.Heartbeat(WRITER, NONCE).bytes(CHANNEL, FIRST);
    byte[] change = new Frame.Clear(WRITER, 6, 3).bytes(CHANNEL, FIRST);
    byte[] later = heartbeat.clone();
    later[0]++;

    assertThat(Frame.isHeartbeatOfAnother(heartbeat, other)).isTrue();
    assertThat(Frame.isHeartbeatOfAnother(heartbeat, WRITER)).isFalse();
    assertThat(Frame.isHeartbeatOfAnother(change, other)).isFalse();
    assertThat(Frame.isHeartbeatOfAnother(later, other)).isFalse();
    assertThat(Frame.isHeartbeatOfAnother(Arrays.copyOf(heartbeat, 25), other)).isFalse();
  }
}
