package io.zeal.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.spec.AlgorithmParameterSpec;
import java.util.List;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.MacSpi;
import org.junit.jupiter.api.Test;

class SecretsTest {

  private static final byte[] CHANNEL = bytes("zeal:tiered:players");
  private static final List<byte[]> KEYS =
      List.of(bytes("second secret 567"), bytes("first secret 1234"));

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** As some platforms' security modules have it: one that cannot be cloned. */
  private static final class Token extends MacSpi {

    private final Mac mac;

    Token(Mac mac) {
      this.mac = mac;
    }

    @Override
    protected int engineGetMacLength() {
      return mac.getMacLength();
    }

    @Override
    protected void engineInit(Key key, AlgorithmParameterSpec params) throws InvalidKeyException {
      mac.init(key);
    }

    @Override
    protected void engineUpdate(byte input) {
      mac.update(input);
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
      mac.update(input, offset, length);
    }

    @Override
    protected byte[] engineDoFinal() {
      return mac.doFinal();
    }

    @Override
    protected void engineReset() {
      mac.reset();
    }
  }

  private static Mac ofAToken(String algorithm) throws GeneralSecurityException {
    Mac mac = Mac.getInstance(algorithm);
    return new Mac(new Token(mac), mac.getProvider(), algorithm) {};
  }

  @Test
  void platformWhoseMacsCannotBeClonedSignsAndVerifiesAsOthersDo() {
    Secrets usual = new Secrets(KEYS);
    Secrets token = new Secrets(KEYS, SecretsTest::ofAToken);
    Secrets former = new Secrets(List.of(KEYS.get(1)), SecretsTest::ofAToken);
    Frame frame = new Frame.Clear(new UUID(1, 2), 3, 0);

    for (int i = 0; i < 3; i++) {
      byte[] signed = frame.bytes(CHANNEL, token);
      assertThat(signed).isEqualTo(frame.bytes(CHANNEL, usual));
      int length = signed.length - Secrets.BYTES;
      assertThat(token.verify(CHANNEL, signed, length)).isTrue();
      assertThat(token.verify(CHANNEL, frame.bytes(CHANNEL, former), length)).isTrue();
      assertThat(former.verify(CHANNEL, signed, length)).isFalse();
    }
  }
}
