package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Message;
import org.junit.jupiter.api.Test;

class LossesTest {

  private static final Message KEYS = new Message(Losses.CHANNEL, new byte[] {1, 1, 0});
  private static final Message CLEAR = new Message(Losses.CHANNEL, new byte[] {1, 2, 0});
  private static final Message HEARTBEAT = new Message(Losses.CHANNEL, new byte[] {1, 3, 0});

  private final Losses losses = new Losses();

  @Test
  void nothingIsLostUnlessAskedFor() {
    assertThat(losses.lose(KEYS)).isFalse();
    assertThat(losses.lost()).isZero();
  }

  @Test
  void soManyInvalidationsAreLostAsWereAskedFor() {
    losses.loseNext(2);
    assertThat(losses.lose(KEYS)).isTrue();
    assertThat(losses.lose(CLEAR)).isTrue();
    assertThat(losses.lose(KEYS)).isFalse();
    assertThat(losses.next()).isZero();
    assertThat(losses.lost()).isEqualTo(2);
  }

  @Test
  void heartbeatsAndWhatIsNoFrameArrive() {
    losses.loseNext(1);
    assertThat(losses.lose(HEARTBEAT)).isFalse();
    assertThat(losses.lose(new Message(Losses.CHANNEL, new byte[0]))).isFalse();
    assertThat(losses.next()).isEqualTo(1);
  }
}
