package io.zeal.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceTest {

  private static final byte[] FRAME = {1, 2, 3};
  private static final List<Sequence> TWO =
      List.of(new Sequence(0, -2, 7), new Sequence(15, 9, Long.MAX_VALUE));

  @Test
  void theTrailerIsLaidOutAsTheRecordOfItSays() {
    assertThat(HexFormat.of().formatHex(Sequence.append(FRAME, TWO)))
        .isEqualTo(
            "010203"
                + "00000000fffffffffffffffe0000000000000007"
                + "0000000f00000000000000097fffffffffffffff"
                + "00000002");
  }

  @Test
  void whatWasAppendedIsReadBack() {
    byte[] message = Sequence.append(FRAME, TWO);

    assertThat(Sequence.frame(message)).isEqualTo(FRAME);
    assertThat(Sequence.read(message)).isEqualTo(TWO);
    assertThat(Sequence.frame(Sequence.append(new byte[0], TWO))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 20, 23})
  void aMessageThatWasCutIsRefused(int length) {
    byte[] cut = Arrays.copyOf(Sequence.append(FRAME, TWO), length);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sequence.read(cut))
        .withMessageContaining(length + " bytes");
    assertThatIllegalArgumentException().isThrownBy(() -> Sequence.frame(cut));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 3, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void aNumberOfEntriesThatDoesNotFitIsRefused(int entries) {
    byte[] forged = Sequence.append(FRAME, TWO);
    java.nio.ByteBuffer.wrap(forged).putInt(forged.length - 4, entries);

    assertThatIllegalArgumentException().isThrownBy(() -> Sequence.read(forged));
  }

  @Test
  void aForgedBucketOrNumberIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Sequence(-1, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Sequence(0, 0, -1));
  }
}
